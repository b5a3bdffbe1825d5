using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Modeling;

/// <summary>Safetensors files small enough for an array.</summary>
internal static class WeightFiles
{
    public static byte[] Bytes(this Func<Stream> file)
    {
        using var stream = file();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    public static byte[] Write(IReadOnlyDictionary<string, Tensor> tensors) => SafetensorsFile.Write(tensors).Bytes();

    public static IReadOnlyDictionary<string, Tensor> Read(byte[] file, string name = "file")
    {
        var reader = Open(file, name);
        return reader.ReadAsync(reader.Entries.Values).GetAwaiter().GetResult();
    }

    public static SafetensorsReader Open(byte[] file, string name) =>
        SafetensorsReader.OpenAsync(new MemoryStream(file), name).GetAwaiter().GetResult();

    /// <summary>Loads a file with upstream's keys, whatever wrapped them.</summary>
    public static void LoadWeights(this DualEncoder model, byte[] file, string name)
    {
        var reader = Open(file, name);
        reader.ReadAsync(StateDict.Match(model, ClipCheckpoint.ByUpstreamKey(reader.Entries), name)).GetAwaiter().GetResult();
    }

    public static void LoadWeights(this DualEncoder model, IReadOnlyDictionary<string, Tensor> weights, string name) =>
        model.LoadWeights(Write(weights), name);

    public static TrainingState Restore(TrainingRecipe recipe, byte[] checkpoint, string name, Device? device = null) =>
        TrainingState.RestoreAsync(recipe, new MemoryStream(checkpoint), name, device).GetAwaiter().GetResult();
}
