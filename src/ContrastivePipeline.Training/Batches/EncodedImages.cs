using System.Text;

namespace ContrastivePipeline.Training.Batches;

/// <summary>Images as they were stored, one after the other, decoded each time they are asked for: for sets that do not fit into memory
/// decoded. Add first, complete, then read; reading is safe for concurrent use.</summary>
public abstract class EncodedImages : IImages
{
    private readonly List<Entry> _entries = [];

    /// <param name="side">Side of the square that is cut out of each image, pixels.</param>
    private protected EncodedImages(int side) => Side = side;

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public int Side { get; }

    /// <inheritdoc/>
    public bool AreDecoded => false;

    /// <summary>Bytes of all images and their ids.</summary>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public byte[] this[int index]
    {
        get
        {
            var (start, idLength, length) = _entries[index];
            return Read(start, idLength + length, record => EncodedImage.Decode(Encoding.UTF8.GetString(record[..idLength]), record[idLength..], Side));
        }
    }

    /// <summary>Appends an image. Nothing may be read before <see cref="Complete"/>.</summary>
    /// <exception cref="IOException">There is no space left for it.</exception>
    public void Add(string mediaId, ReadOnlySpan<byte> encoded)
    {
        ArgumentNullException.ThrowIfNull(mediaId);
        // The id lies beside the image: it is needed for an error alone.
        var id = Encoding.UTF8.GetBytes(mediaId);
        _entries.Add(new Entry(Append(id, encoded), id.Length, encoded.Length));
        Length += id.Length + encoded.Length;
    }

    /// <summary>Ends adding.</summary>
    public virtual void Complete() => _entries.TrimExcess();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>What is made of a record.</summary>
    private protected delegate byte[] Decoder(ReadOnlySpan<byte> record);

    /// <summary>Appends a record.</summary>
    /// <returns>Where it begins, for <see cref="Read"/>.</returns>
    private protected abstract long Append(ReadOnlySpan<byte> id, ReadOnlySpan<byte> encoded);

    /// <summary>Hands out a record.</summary>
    private protected abstract byte[] Read(long start, int length, Decoder decode);

    private readonly record struct Entry(long Start, int IdLength, int Length);
}
