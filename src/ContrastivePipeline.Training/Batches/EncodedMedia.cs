using System.Text;

namespace ContrastivePipeline.Training.Batches;

/// <summary>Media as they were stored, one after the other, decoded each time they are asked for: for sets that do not fit into memory
/// decoded. Add first, complete, then read; reading is safe for concurrent use.</summary>
public abstract class EncodedMedia : IMediaItems
{
    private readonly List<Entry> _entries = [];

    private protected EncodedMedia(MediaInput input) => Input = input;

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public MediaInput Input { get; }

    /// <inheritdoc/>
    public bool AreDecoded => false;

    /// <summary>Bytes of all items and their ids.</summary>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public byte[] this[int index]
    {
        get
        {
            var (start, idLength, length) = _entries[index];
            return Read(start, idLength + length,
                record => Input.Decode(Encoding.UTF8.GetString(record[..idLength]), record[idLength..]));
        }
    }

    /// <summary>Appends an item. Nothing may be read before <see cref="Complete"/>.</summary>
    /// <exception cref="IOException">There is no space left for it.</exception>
    public void Add(string mediaId, ReadOnlySpan<byte> encoded)
    {
        ArgumentNullException.ThrowIfNull(mediaId);
        // The id lies beside the item: it is needed for an error alone.
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

/// <summary>Encoded media in memory, for machines with more of it than disk.</summary>
public sealed class MediaMemory(MediaInput input) : EncodedMedia(input)
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
