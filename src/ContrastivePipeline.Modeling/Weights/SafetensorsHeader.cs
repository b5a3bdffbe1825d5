using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Weights;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its key in the file.</param>
/// <param name="Start">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
public sealed record SafetensorsEntry(string Name, ScalarType Type, IReadOnlyList<long> Shape, long Start, long End);

/// <summary>The beginning of a safetensors file: an 8-byte little-endian length, then that many bytes of JSON.</summary>
/// <param name="Entries">By name; none lies outside the file, has another size than its shape says, or overlaps another.</param>
/// <param name="DataLength">Bytes after the header.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, long DataLength)
{
    /// <summary>Bytes of the header's length.</summary>
    public const int Start = 8;

    /// <summary>Its entry that is no tensor.</summary>
    public const string MetadataKey = "__metadata__";

    // The limit of the format's own library.
    private const long Longest = 100_000_000;

    /// <summary>The types that are supported, by the format's names, with the bytes of an element.</summary>
    public static IReadOnlyDictionary<string, (ScalarType Type, int Size)> Types { get; } =
        new Dictionary<string, (ScalarType Type, int Size)>(StringComparer.Ordinal)
        {
            ["F64"] = (ScalarType.Float64, 8),
            ["F32"] = (ScalarType.Float32, 4),
            ["F16"] = (ScalarType.Float16, 2),
            ["BF16"] = (ScalarType.BFloat16, 2),
            ["I64"] = (ScalarType.Int64, 8),
            ["I32"] = (ScalarType.Int32, 4),
            ["U8"] = (ScalarType.Byte, 1),
            ["BOOL"] = (ScalarType.Bool, 1),
        };

    /// <summary>The length of the JSON.</summary>
    /// <param name="start">The first bytes of the file, <see cref="Start"/> of them if it has so many.</param>
    /// <exception cref="WeightsException">The file is none of this format, or is cut short.</exception>
    public static int LengthIn(ReadOnlySpan<byte> start, long fileLength, string name)
    {
        var length = start.Length < Start ? -1 : BinaryPrimitives.ReadInt64LittleEndian(start);
        if (length < 2 || length > Math.Min(fileLength - Start, Longest))
            throw new WeightsException($"{name}: not a safetensors file, or cut short (the header does not fit into {fileLength} bytes).");
        return (int)length;
    }

    /// <summary>Reads the JSON.</summary>
    /// <exception cref="WeightsException">It is malformed, names a type that is not supported, or does not fit the length of the
    /// file.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long fileLength, string name)
    {
        var dataLength = fileLength - Start - json.Length;
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var current = "";
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var entry in document.RootElement.EnumerateObject())
            {
                current = $" entry of '{entry.Name}'";
                if (!entry.NameEquals(MetadataKey))
                {
                    entries[entry.Name] = ReadEntry(entry, dataLength, name);
                    continue;
                }
                foreach (var pair in entry.Value.EnumerateObject())
                    metadata[pair.Name] = pair.Value.GetString() ?? "";
            }
        }
        catch (JsonException e)
        {
            throw new WeightsException($"{name}: the safetensors header is not valid JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new WeightsException($"{name}: the safetensors header{current} is malformed.", e);
        }
        RequireApart(entries.Values, name);
        return new SafetensorsHeader(entries, metadata, dataLength);
    }

    private static SafetensorsEntry ReadEntry(JsonProperty entry, long dataLength, string name)
    {
        var dtype = entry.Value.GetProperty("dtype").GetString() ?? "";
        if (!Types.TryGetValue(dtype, out var type))
        {
            throw new WeightsException($"{name}: tensor '{entry.Name}' has type {dtype}; supported are "
                + $"{string.Join(", ", Types.Keys)}.");
        }
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())];
        long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(e => e.GetInt64())];
        return offsets is [>= 0 and var start, var end] && end <= dataLength && end - start == BytesOf(shape, type.Size)
            ? new SafetensorsEntry(entry.Name, type.Type, shape, start, end)
            : throw new WeightsException($"{name}: tensor '{entry.Name}' lies outside the file or has another size than its shape says; "
                + "the file is cut short or damaged.");
    }

    /// <summary>−1 where there is no such tensor.</summary>
    private static Int128 BytesOf(long[] shape, int elementSize)
    {
        Int128 bytes = elementSize;
        foreach (var size in shape)
        {
            if (size < 0 || (bytes *= size) > long.MaxValue)
                return -1;
        }
        return bytes;
    }

    private static void RequireApart(IEnumerable<SafetensorsEntry> entries, string name)
    {
        SafetensorsEntry? before = null;
        foreach (var entry in entries.OrderBy(e => e.Start).ThenBy(e => e.End))
        {
            if (entry.Start < before?.End)
                throw new WeightsException($"{name}: tensors '{before.Name}' and '{entry.Name}' share bytes; the file is damaged.");
            before = entry;
        }
    }
}
