using TorchSharp;
using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Weights;

/// <summary>Reads a safetensors file forward, straight into the tensors that its content is for.</summary>
public sealed class SafetensorsReader
{
    private const int BufferLength = 1 << 20;

    private readonly Stream _file;
    private readonly string _name;
    private readonly SafetensorsHeader _header;
    private long _position;

    private SafetensorsReader(Stream file, string name, SafetensorsHeader header) => (_file, _name, _header) = (file, name, header);

    /// <summary>The tensors in the file by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _header.Entries;

    /// <summary>Strings from the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Reads the header.</summary>
    /// <param name="file">At its beginning; must know its length. It stays the caller's.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="WeightsException">The file is no safetensors file, is cut short, contradicts itself, or names a type that is not
    /// supported.</exception>
    public static async Task<SafetensorsReader> OpenAsync(Stream file, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        var start = new byte[SafetensorsHeader.Start];
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var json = new byte[SafetensorsHeader.LengthIn(start.AsSpan(0, read), file.Length, name)];
        if (await file.ReadAtLeastAsync(json, json.Length, throwOnEndOfStream: false, cancellationToken) < json.Length)
            throw new WeightsException($"{name} is cut short: it ends in its header.");
        return new SafetensorsReader(file, name, SafetensorsHeader.Parse(json, file.Length, name));
    }

    /// <summary>Copies tensors of the file into others, and reads the file to its end; can be called once.</summary>
    /// <param name="into">By their names in the file, of the shapes there, of any type and on any device. A contiguous tensor on the CPU of
    /// the type in the file is filled in place; for another, one tensor at a time is in memory twice.</param>
    /// <exception cref="WeightsException">The file ends too soon; the tensors before that have been filled.</exception>
    public async Task ReadAsync(IReadOnlyDictionary<string, Tensor> into, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(into);
        var buffer = new byte[BufferLength];
        foreach (var (name, target) in into.OrderBy(t => Entries[t.Key].Start))
        {
            var entry = Entries[name];
            if (!entry.Shape.SequenceEqual(target.shape))
                throw new ArgumentException($"'{name}' has another shape in {_name}.", nameof(into));
            await SkipAsync(entry.Start, buffer, name, cancellationToken);
            await FillAsync(entry, target, buffer, cancellationToken);
        }
        await SkipAsync(_header.DataLength, buffer, "the end", cancellationToken);
        // Some streams verify what they gave when they are asked for more.
        await _file.CopyToAsync(Stream.Null, cancellationToken);
    }

    /// <summary>Reads tensors, and the file to its end; can be called once.</summary>
    /// <returns>By their names in the file, on the CPU and in no dispose scope; the caller disposes them.</returns>
    /// <exception cref="WeightsException">The file ends too soon.</exception>
    public async Task<IReadOnlyDictionary<string, Tensor>> ReadAsync(
        IEnumerable<SafetensorsEntry> entries, CancellationToken cancellationToken = default)
    {
        var tensors = entries.ToDictionary(
            entry => entry.Name, entry => empty([.. entry.Shape], entry.Type).DetachFromDisposeScope(), StringComparer.Ordinal);
        try
        {
            await ReadAsync(tensors, cancellationToken);
            return tensors;
        }
        catch
        {
            foreach (var tensor in tensors.Values)
                tensor.Dispose();
            throw;
        }
    }

    private async Task FillAsync(SafetensorsEntry entry, Tensor target, byte[] buffer, CancellationToken cancellationToken)
    {
        var isInPlace = target.device_type == DeviceType.CPU && target.dtype == entry.Type && target.is_contiguous();
        using var flat = Flat(isInPlace ? target : null, entry);
        for (var offset = 0L; offset < entry.End - entry.Start;)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, entry.End - entry.Start - offset));
            await ReadExactlyAsync(part, entry.Name, cancellationToken);
            TensorBytes.Write(part.Span, flat, offset);
            offset += part.Length;
        }
        if (!isInPlace)
            Copy(flat, target);
    }

    /// <summary>The target's own memory, or a tensor as the file has it.</summary>
    private static Tensor Flat(Tensor? target, SafetensorsEntry entry)
    {
        // No scope may be open across a read: the next line may run on another thread.
        using var scope = NewDisposeScope();
        return (target?.detach() ?? empty([.. entry.Shape], entry.Type)).view(-1).DetachFromDisposeScope();
    }

    private static void Copy(Tensor flat, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        target.copy_(flat.view(target.shape));
    }

    private async Task SkipAsync(long to, byte[] buffer, string wanted, CancellationToken cancellationToken)
    {
        while (_position < to)
            await ReadExactlyAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, to - _position)), wanted, cancellationToken);
    }

    private async Task ReadExactlyAsync(Memory<byte> part, string wanted, CancellationToken cancellationToken)
    {
        var read = await _file.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancellationToken);
        _position += read;
        if (read < part.Length)
        {
            throw new WeightsException(
                $"{_name} is cut short: its data end after {_position} of {_header.DataLength} bytes, before all of '{wanted}' is read. "
                + "Copy or download it again.");
        }
    }
}
