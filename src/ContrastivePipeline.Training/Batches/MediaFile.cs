using System.Buffers;

namespace ContrastivePipeline.Training.Batches;

/// <summary>Encoded media in a file without a name. What was read last stays in the system's page cache as far as there is space. The file
/// is deleted while it is open, so that nothing is left of it when it is closed or its process is killed.</summary>
public sealed class MediaFile : EncodedMedia
{
    private const int WriteBuffer = 1 << 20;

    private readonly FileStream _file;

    /// <summary>Creates an empty file.</summary>
    /// <param name="folder">A folder on a local disk.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public MediaFile(string folder, MediaInput input)
        : base(input)
    {
        var path = Path.Combine(folder, $"media-{Guid.NewGuid():N}");
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, WriteBuffer);
        File.Delete(path);
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        _file.Flush();
        base.Complete();
    }

    /// <inheritdoc/>
    public override void Dispose() => _file.Dispose();

    private protected override long Append(ReadOnlySpan<byte> id, ReadOnlySpan<byte> encoded)
    {
        var start = _file.Position;
        _file.Write(id);
        _file.Write(encoded);
        return start;
    }

    private protected override byte[] Read(long start, int length, Decoder decode)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var record = buffer.AsSpan(0, length);
            Fill(record, start);
            return decode(record);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Fill(Span<byte> record, long start)
    {
        for (var filled = 0; filled < record.Length;)
        {
            var read = RandomAccess.Read(_file.SafeFileHandle, record[filled..], start + filled);
            if (read == 0)
                throw new IOException("The scratch file of media is shorter than what was written to it. Is its disk broken?");
            filled += read;
        }
    }
}
