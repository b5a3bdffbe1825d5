using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Weights;

/// <summary>Reads and writes the safetensors format: an 8-byte little-endian header length, a JSON header, raw little-endian row-major data
/// (https://huggingface.co/docs/safetensors).</summary>
public static class SafetensorsFile
{
    private const string MetadataKey = "__metadata__";
    private const int Alignment = 8;

    // The limit of the format's own library.
    private const long LongestHeader = 100_000_000;

    private static readonly Dictionary<string, ScalarType> Types = new(StringComparer.Ordinal)
    {
        ["F64"] = ScalarType.Float64,
        ["F32"] = ScalarType.Float32,
        ["F16"] = ScalarType.Float16,
        ["BF16"] = ScalarType.BFloat16,
        ["I64"] = ScalarType.Int64,
        ["I32"] = ScalarType.Int32,
        ["U8"] = ScalarType.Byte,
        ["BOOL"] = ScalarType.Bool,
    };

    /// <summary>Writes tensors, ordered by name, so that equal tensors give equal bytes.</summary>
    /// <param name="tensors">Tensors by name, on any device.</param>
    /// <param name="metadata">Strings kept in the header.</param>
    public static byte[] Write(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        using var scope = NewDisposeScope();
        var names = tensors.Keys.Order(StringComparer.Ordinal).ToArray();
        var sizes = names.Select(n => tensors[n].numel() * tensors[n].ElementSize).ToArray();
        var header = WriteHeader(tensors, names, sizes, metadata);
        var file = new byte[8 + header.Length + sizes.Sum()];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        var offset = 8 + header.Length;
        for (var i = 0; i < names.Length; i++)
        {
            var tensor = tensors[names[i]].detach().cpu().contiguous();
            tensor.bytes.CopyTo(file.AsSpan(offset));
            offset += (int)sizes[i];
        }
        return file;
    }

    /// <summary>Reads all tensors and the metadata.</summary>
    /// <exception cref="WeightsException">The file is no safetensors file, is cut short, or names a type that is not supported.</exception>
    public static SafetensorsContent Read(ReadOnlySpan<byte> file, string name)
    {
        var (header, data) = SplitHeader(file, name);
        using (header)
        {
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            foreach (var entry in header.RootElement.EnumerateObject())
            {
                if (entry.NameEquals(MetadataKey))
                {
                    foreach (var pair in entry.Value.EnumerateObject())
                        metadata[pair.Name] = pair.Value.GetString() ?? "";
                }
                else
                {
                    tensors[entry.Name] = ReadTensor(entry, data, name);
                }
            }
            return new SafetensorsContent(tensors, metadata);
        }
    }

    /// <summary>Reads the shapes of all tensors from the header of a file, without the tensors.</summary>
    /// <exception cref="WeightsException">The file is no safetensors file or is cut short.</exception>
    public static IReadOnlyDictionary<string, long[]> ReadShapes(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[8];
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length
            ? -1 : BinaryPrimitives.ReadInt64LittleEndian(start);
        if (PickledWeights.Find(start, path) is { } pickle)
            throw new WeightsException(pickle);
        if (length < 2 || length > Math.Min(file.Length - start.Length, LongestHeader))
            throw new WeightsException($"{path}: not a safetensors file, or cut short (the header does not fit into {file.Length} bytes).");
        var header = new byte[length];
        file.ReadExactly(header);
        try
        {
            using var json = JsonDocument.Parse(header);
            return json.RootElement.EnumerateObject().Where(entry => !entry.NameEquals(MetadataKey)).ToDictionary(
                entry => entry.Name,
                entry => entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray(),
                StringComparer.Ordinal);
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new WeightsException($"{path}: the safetensors header is malformed: {broken.Message}", broken);
        }
    }

    private static byte[] WriteHeader(
        IReadOnlyDictionary<string, Tensor> tensors, string[] names, long[] sizes, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(p => p.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            for (var i = 0; i < names.Length; i++)
            {
                var tensor = tensors[names[i]];
                json.WriteStartObject(names[i]);
                json.WriteString("dtype", Types.First(t => t.Value == tensor.dtype).Key);
                json.WriteStartArray("shape");
                foreach (var size in tensor.shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += sizes[i]);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static (JsonDocument Header, Memory<byte> Data) SplitHeader(ReadOnlySpan<byte> file, string name)
    {
        var length = file.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(file);
        if (length < 2 || length > file.Length - 8)
            throw new WeightsException($"{name}: not a safetensors file, or cut short (the header does not fit into {file.Length} bytes).");
        try
        {
            return (JsonDocument.Parse(file.Slice(8, (int)length).ToArray()), file[(8 + (int)length)..].ToArray());
        }
        catch (JsonException e)
        {
            throw new WeightsException($"{name}: the safetensors header is not valid JSON: {e.Message}", e);
        }
    }

    private static Tensor ReadTensor(JsonProperty entry, ReadOnlyMemory<byte> data, string name)
    {
        try
        {
            var dtype = entry.Value.GetProperty("dtype").GetString()!;
            if (!Types.TryGetValue(dtype, out var type))
            {
                throw new WeightsException($"{name}: tensor '{entry.Name}' has type {dtype}; supported are "
                    + $"{string.Join(", ", Types.Keys)}.");
            }

            var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()).ToArray();
            var offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(e => e.GetInt64()).ToArray();
            var tensor = empty(shape, type);
            if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] > data.Length
                || offsets[1] - offsets[0] != tensor.numel() * tensor.ElementSize)
            {
                throw new WeightsException(
                    $"{name}: tensor '{entry.Name}' lies outside the file or has another size than its shape says; the file is cut short "
                        + "or damaged.");
            }
            if (offsets[1] > offsets[0])
                tensor.bytes = data.Span[(int)offsets[0]..(int)offsets[1]].ToArray();
            return tensor;
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new WeightsException($"{name}: the safetensors header entry of '{entry.Name}' is malformed.", e);
        }
    }
}

/// <summary>Content of a safetensors file.</summary>
/// <param name="Tensors">Tensors by name, on the CPU.</param>
/// <param name="Metadata">Strings from the header.</param>
public sealed record SafetensorsContent(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>Weights that cannot be read or do not fit the model; the message says which and why.</summary>
public sealed class WeightsException : Exception
{
    /// <summary>Creates the exception.</summary>
    public WeightsException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
