using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Weights;

/// <summary>Writes the safetensors format (https://huggingface.co/docs/safetensors): a header (<see cref="SafetensorsHeader"/>), then raw
/// little-endian row-major data. <see cref="SafetensorsReader"/> reads it.</summary>
public static class SafetensorsFile
{
    /// <summary>The file of some tensors, ordered by name, so that equal tensors give equal bytes.</summary>
    /// <param name="tensors">Tensors by name, on any device.</param>
    /// <param name="metadata">Strings kept in the header.</param>
    /// <returns>Opens it as a stream that reads forward and knows its length, as often as wanted, while the tensors stay as they are. The
    /// file is never in memory as a whole, but for a copy of one tensor where it is on another device or not contiguous.</returns>
    public static Func<Stream> Write(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = tensors.OrderBy(t => t.Key, StringComparer.Ordinal).ToArray();
        var header = SafetensorsHeader.Write(ordered, metadata);
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
}
