using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ContrastivePipeline.Tests;

/// <summary>A tensor of a golden case; its own small safetensors reader, so that the product's is not tested against itself.</summary>
/// <param name="Type">F32, F64 or I64.</param>
/// <param name="Shape">Empty for a scalar.</param>
/// <param name="Bytes">Row-major, little-endian.</param>
public sealed record GoldenTensor(string Type, long[] Shape, ReadOnlyMemory<byte> Bytes)
{
    public static Dictionary<string, GoldenTensor> ReadAll(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int header = checked((int)BinaryPrimitives.ReadInt64LittleEndian(file));
        using var json = JsonDocument.Parse(file.AsMemory(8, header));
        var tensors = new Dictionary<string, GoldenTensor>();
        foreach (var entry in json.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            long[] offsets = Longs(entry.Value.GetProperty("data_offsets"));
            var bytes = file.AsMemory(8 + header + checked((int)offsets[0]), checked((int)(offsets[1] - offsets[0])));
            tensors.Add(entry.Name, new(entry.Value.GetProperty("dtype").GetString()!, Longs(entry.Value.GetProperty("shape")), bytes));
        }

        return tensors;
    }

    /// <summary>The values of an F32 tensor.</summary>
    public float[] Floats() => Values<float>("F32");

    /// <summary>The values of an I64 tensor.</summary>
    public long[] Longs() => Values<long>("I64");

    /// <summary>The values of an F64 tensor, or of an F32 tensor widened.</summary>
    public double[] Doubles() => Type == "F32" ? Array.ConvertAll(Floats(), value => (double)value) : Values<double>("F64");

    private static long[] Longs(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt64())];

    private T[] Values<T>(string type) where T : unmanaged => Type == type
        ? MemoryMarshal.Cast<byte, T>(Bytes.Span).ToArray()
        : throw new InvalidOperationException($"The tensor is {Type}, not {type}.");
}
