namespace ContrastivePipeline.Storage;

/// <summary>
/// An artifact as a stream that can be read from anywhere, a block of it at a time: for a reader that wants the footer and one column
/// of a Parquet file and not the images beside it.
/// </summary>
internal sealed class SeekableArtifactStream(ArtifactStore store, Artifact artifact) : Stream
{
    private const int BlockLength = 64 << 10;

    private byte[] _block = [];
    private long _blockStart;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => artifact.Length;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.Length == 0)
            return 0;
        if (Position < _blockStart || Position >= _blockStart + _block.Length)
            await FillAsync(buffer.Length, cancellationToken).ConfigureAwait(false);
        var at = (int)(Position - _blockStart);
        var count = Math.Min(buffer.Length, _block.Length - at);
        _block.AsMemory(at, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task FillAsync(int wanted, CancellationToken cancellationToken)
    {
        // A file's footer is read from its end: a block that ends with the file serves all of it.
        var start = Math.Max(0, Math.Min(Position, Length - BlockLength));
        var length = Math.Min(Math.Max(wanted, BlockLength), Length - start);
        var content = new byte[length];
        var stream = await store.OpenReadAsync(artifact, start, length, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        }

        (_block, _blockStart) = (content, start);
    }
}
