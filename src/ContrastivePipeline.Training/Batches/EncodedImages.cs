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
            return Read(start, idLength + length,
                record => EncodedImage.Decode(Encoding.UTF8.GetString(record[..idLength]), record[idLength..], Side));
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

/// <summary>From a stored image to one that a model takes.</summary>
public static class EncodedImage
{
    /// <summary>Decodes an image and cuts the middle out.</summary>
    /// <param name="mediaId">Its id, for the error.</param>
    /// <param name="side">Side of the square, pixels.</param>
    /// <param name="resize">Whether an image whose short side is not <paramref name="side"/> is resized first.</param>
    /// <returns>[side, side, 3], one byte a channel.</returns>
    /// <exception cref="TrainingDataException">It is damaged, or smaller than the square.</exception>
    public static byte[] Decode(string mediaId, ReadOnlySpan<byte> encoded, int side, bool resize = false)
    {
        try
        {
            var image = ImageDecoder.Decode(encoded);
            if (resize)
                image = ImageResizer.ResizeShortSide(image, side);
            return Math.Min(image.Width, image.Height) >= side
                ? image.CentreCrop(side).Pixels
                : throw new TrainingDataException(
                    $"Image '{mediaId}' has {image.Width} × {image.Height} pixels, and the model takes {side} × {side}. "
                    + "Prepare the dataset for this size.");
        }
        catch (ImageException damaged)
        {
            throw new TrainingDataException(
                $"Image '{mediaId}' cannot be decoded: {damaged.Message} 'contrastive data verify' finds all such images of a dataset.",
                damaged);
        }
    }

    /// <summary>Decodes images on all cores, and keeps their order.</summary>
    /// <exception cref="TrainingDataException">One of them is damaged, or smaller than the square.</exception>
    public static byte[][] DecodeAll(IReadOnlyList<MediaRow> rows, int side, CancellationToken cancellationToken, bool resize = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var images = new byte[rows.Count][];
        try
        {
            Parallel.For(0, rows.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                images[i] = Decode(rows[i].Id, rows[i].Bytes, side, resize));
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<TrainingDataException>().FirstOrDefault() is { } first)
        {
            throw new TrainingDataException(first.Message, several);
        }
        return images;
    }
}

/// <summary>Encoded images in memory, for machines with more of it than disk.</summary>
/// <param name="side">Side of the square that is cut out of each image, pixels.</param>
public sealed class ImageMemory(int side) : EncodedImages(side)
{
    /// <summary>A record lies in one block whole, so a start is the block's number times this, and the place in it.</summary>
    private const int BlockLength = 1 << 24;

    private readonly List<byte[]> _blocks = [];
    private int _used;
    private bool _isDisposed;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _isDisposed = true;
        _blocks.Clear();
    }

    private protected override long Append(ReadOnlySpan<byte> id, ReadOnlySpan<byte> encoded)
    {
        var length = id.Length + encoded.Length;
        if (_blocks.Count == 0 || _used + length > _blocks[^1].Length)
        {
            _blocks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(BlockLength, length)));
            _used = 0;
        }
        var start = ((_blocks.Count - 1) * (long)BlockLength) + _used;
        id.CopyTo(_blocks[^1].AsSpan(_used));
        encoded.CopyTo(_blocks[^1].AsSpan(_used + id.Length));
        _used += length;
        return start;
    }

    private protected override byte[] Read(long start, int length, Decoder decode)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return decode(_blocks[(int)(start / BlockLength)].AsSpan((int)(start % BlockLength), length));
    }
}
