namespace ContrastivePipeline.Training.Batches;

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
