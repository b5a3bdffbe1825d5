using System.Security.Cryptography;

namespace ContrastivePipeline.Storage;

/// <summary>The bytes of an artifact, or of a range of it, as they arrive. A stream over the whole artifact is verified: in place of its
/// end comes an <see cref="ArtifactCorruptException"/> where the SHA-256 is wrong. A stream never ends early without an
/// exception.</summary>
internal sealed class ArtifactStream(Artifact artifact, Stream source, StoreFaults faults, long length) : ReadOnlyStream
{
    private readonly IncrementalHash? _hash = length == artifact.Length ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private long _position;
    private bool _isVerified;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The SDK's stream resumes at its position when the connection breaks.
        var read = await faults.GuardPartAsync(
            $"read '{artifact.Path}'", () => source.ReadAsync(buffer, cancellationToken).AsTask(), cancellationToken);
        _position += read;
        _hash?.AppendData(buffer.Span[..read]);
        if (read == 0 && buffer.Length > 0)
            VerifyEnd();
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
            _hash?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void VerifyEnd()
    {
        if (_position != length)
            throw new ArtifactCorruptException(artifact, $"{length} bytes", $"{_position} bytes");
        if (_hash is null || _isVerified)
            return;
        var found = Convert.ToHexStringLower(_hash.GetHashAndReset());
        if (found != artifact.Sha256)
            throw new ArtifactCorruptException(artifact, $"SHA-256 {artifact.Sha256}", $"SHA-256 {found}");
        _isVerified = true;
    }
}

/// <summary>An artifact as a stream that can be read at any position, one block at a time: for a reader of the footer and one column of a
/// Parquet file and not the images beside it.</summary>
internal sealed class SeekableArtifactStream(ArtifactStore store, Artifact artifact) : ReadOnlyStream
{
    private const int BlockLength = 64 << 10;

    private byte[] _block = [];
    private long _blockStart;

    public override bool CanSeek => true;

    public override long Length => artifact.Length;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.Length == 0)
            return 0;
        if (Position < _blockStart || Position >= _blockStart + _block.Length)
            await FillAsync(buffer.Length, cancellationToken);
        var at = (int)(Position - _blockStart);
        var count = Math.Min(buffer.Length, _block.Length - at);
        _block.AsMemory(at, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    private async Task FillAsync(int wanted, CancellationToken cancellationToken)
    {
        // A file's footer is read from its end: a block that ends with the file serves all of it.
        var start = Math.Max(0, Math.Min(Position, Length - BlockLength));
        var length = Math.Min(Math.Max(wanted, BlockLength), Length - start);
        var content = new byte[length];
        await using var stream = await store.OpenReadAsync(artifact, start, length, cancellationToken);
        await stream.ReadExactlyAsync(content, cancellationToken);
        (_block, _blockStart) = (content, start);
    }
}
