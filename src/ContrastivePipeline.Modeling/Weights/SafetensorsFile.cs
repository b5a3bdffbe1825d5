using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Weights;

/// <summary>Writes the safetensors format (https://huggingface.co/docs/safetensors): a header (<see cref="SafetensorsHeader"/>), then raw
/// little-endian row-major data. <see cref="SafetensorsReader"/> reads it.</summary>
public static class SafetensorsFile
{
    private const int Alignment = 8;

    /// <summary>The file of some tensors, ordered by name, so that equal tensors give equal bytes.</summary>
    /// <param name="tensors">Tensors by name, on any device.</param>
    /// <param name="metadata">Strings kept in the header.</param>
    /// <returns>Opens it as a stream that reads forward and knows its length, as often as wanted, while the tensors stay as they are. The
    /// file is never in memory as a whole, but for a copy of one tensor where it is on another device or not contiguous.</returns>
    public static Func<Stream> Write(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = tensors.OrderBy(t => t.Key, StringComparer.Ordinal).ToArray();
        var header = WriteHeader(ordered, metadata);
        Tensor[] values = [.. ordered.Select(t => t.Value)];
        return () => new SafetensorsStream(header, values);
    }

    /// <summary>Reads the shapes of all tensors from the header of a file, without the tensors.</summary>
    /// <exception cref="WeightsException">The file is no safetensors file or is cut short.</exception>
    public static IReadOnlyDictionary<string, long[]> ReadShapes(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[SafetensorsHeader.Start];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (PickledWeights.Find(start, path) is { } pickle)
            throw new WeightsException(pickle);
        var json = new byte[SafetensorsHeader.LengthIn(start.AsSpan(0, read), file.Length, path)];
        file.ReadExactly(json);
        return SafetensorsHeader.Parse(json, file.Length, path).Entries.ToDictionary(
            entry => entry.Key, entry => entry.Value.Shape.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The header of tensors that follow in their order, its length in front.</summary>
    private static byte[] WriteHeader(IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[SafetensorsHeader.Start]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(p => p.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            var offset = 0L;
            foreach (var (name, tensor) in tensors)
                WriteEntry(json, name, tensor, ref offset);
            json.WriteEndObject();
        }
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        var header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - SafetensorsHeader.Start);
        return header;
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, Tensor tensor, ref long offset)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", SafetensorsHeader.Types.First(t => t.Value.Type == tensor.dtype).Key);
        json.WriteStartArray("shape");
        foreach (var size in tensor.shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset += tensor.numel() * tensor.ElementSize);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
