using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Weights;

/// <summary>The bytes of a safetensors file of tensors that are in memory, made as they are read: there is never more than a copy of one
/// tensor, and none of a contiguous one on the CPU.</summary>
/// <param name="header">As <see cref="SafetensorsFile"/> made it of the tensors.</param>
internal sealed class SafetensorsStream(byte[] header, IReadOnlyList<Tensor> tensors) : ReadOnlyStream
{
    private long _position;
    private int _next;
    private Tensor? _current;
    private long _offset;

    public override long Length => header.Length + tensors.Sum(t => t.numel() * t.ElementSize);

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && ReadPart(buffer[filled..]) is var read and > 0)
        {
            filled += read;
            _position += read;
        }
        return filled;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _current?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Bytes of the header or of one tensor; 0 at the end.</summary>
    private int ReadPart(Span<byte> buffer)
    {
        if (_position < header.Length)
        {
            var count = (int)Math.Min(buffer.Length, header.Length - _position);
            header.AsSpan((int)_position, count).CopyTo(buffer);
            return count;
        }
        while (true)
        {
            if (_current is not null && TensorBytes.Read(_current, _offset, buffer) is var read and > 0)
            {
                _offset += read;
                return read;
            }
            _current?.Dispose();
            _current = null;
            if (_next == tensors.Count)
                return 0;
            (_current, _offset) = (Flat(tensors[_next++]), 0);
        }
    }

    private static Tensor Flat(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().view(-1).DetachFromDisposeScope();
    }
}
