using System.Buffers;
using System.Text;

namespace ContrastivePipeline.Training.Batches;

/// <summary>
/// Pictures as they were stored, one after the other in a file without a name, decoded each time they are asked for: for sets that do not fit
/// into memory. What was read last stays in the system's page cache as far as there is room. The file is deleted while it is open, so
/// that nothing is left of it when it is closed or its process is killed. Safe for concurrent use.
/// </summary>
public sealed class PictureFile : IPictures
{
    private const int WriteBuffer = 1 << 20;

    private readonly FileStream _file;
    private readonly List<Entry> _entries = [];

    /// <summary>Creates an empty file.</summary>
    /// <param name="folder">A folder on a local disk.</param>
    /// <param name="side">Side of the square that is cut out of each picture, pixels.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public PictureFile(string folder, int side)
    {
        Side = side;
        var path = Path.Combine(folder, $"pictures-{Guid.NewGuid():N}");
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, WriteBuffer);
        File.Delete(path);
    }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public int Side { get; }

    /// <inheritdoc/>
    public bool AreDecoded => false;

    /// <summary>Bytes on disk.</summary>
    public long Length => _file.Length;

    /// <inheritdoc/>
    public byte[] this[int index]
    {
        get
        {
            var (start, idLength, length) = _entries[index];
            var buffer = ArrayPool<byte>.Shared.Rent(idLength + length);
            try
            {
                var record = buffer.AsSpan(0, idLength + length);
                Fill(record, start);
                return EncodedPicture.Decode(Encoding.UTF8.GetString(record[..idLength]), record[idLength..], Side);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Appends a picture. Nothing may be read before <see cref="Complete"/>.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Add(string mediaId, ReadOnlySpan<byte> encoded)
    {
        ArgumentNullException.ThrowIfNull(mediaId);
        // The id lies beside the picture: it is needed for an error alone.
        var id = Encoding.UTF8.GetBytes(mediaId);
        _entries.Add(new Entry(_file.Position, id.Length, encoded.Length));
        _file.Write(id);
        _file.Write(encoded);
    }

    /// <summary>Ends writing.</summary>
    public void Complete()
    {
        _file.Flush();
        _entries.TrimExcess();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Fill(Span<byte> record, long start)
    {
        for (var filled = 0; filled < record.Length;)
        {
            var read = RandomAccess.Read(_file.SafeFileHandle, record[filled..], start + filled);
            if (read == 0)
                throw new IOException("The scratch file of pictures is shorter than what was written to it. Is its disk broken?");
            filled += read;
        }
    }

    private readonly record struct Entry(long Start, int IdLength, int Length);
}
