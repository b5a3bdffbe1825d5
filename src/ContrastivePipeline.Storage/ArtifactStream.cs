using System.Security.Cryptography;

namespace ContrastivePipeline.Storage;

/// <summary>
/// The bytes of an artifact, or of a range of it, as they arrive. A stream over the whole artifact is verified: in place of its end
/// comes an <see cref="ArtifactCorruptException"/> where the SHA-256 is wrong. A stream never ends early without an exception.
/// </summary>
internal sealed class ArtifactStream(Artifact artifact, Stream source, StoreFaults faults, long length) : Stream
{
    private readonly IncrementalHash? _hash = length == artifact.Length ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private long _position;
    private bool _isVerified;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The SDK's stream asks again from where it was when the connection breaks.
        var read = await faults.GuardPartAsync(
            $"read '{artifact.Path}'", () => source.ReadAsync(buffer, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
        _position += read;
        _hash?.AppendData(buffer.Span[..read]);
        if (read == 0 && buffer.Length > 0)
            VerifyEnd();
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
