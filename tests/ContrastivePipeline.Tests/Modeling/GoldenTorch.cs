using System.Text.Json;
using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Modeling;

/// <summary>Golden cases as torch tensors, and the comparisons that their tolerances speak of.</summary>
internal static class GoldenTorch
{
    public static Tensor Tensor(this GoldenCase golden, string name) => ToTorch(golden.Tensors[name]);

    public static Dictionary<string, Tensor> TorchWeights(this GoldenCase golden) =>
        golden.Weights.ToDictionary(w => w.Key, w => ToTorch(w.Value));

    /// <summary>The sizes that a case's configuration names.</summary>
    public static ClipConfig ClipConfig(this GoldenCase golden)
    {
        var c = golden.Config;
        int Int(string name) => c.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.Number ? v.GetInt32() : 0;
        var layers = c.GetProperty("vision_layers");
        int[] stages = layers.ValueKind == JsonValueKind.Array ? [.. layers.EnumerateArray().Select(l => l.GetInt32())]
            : [layers.GetInt32()];
        return new ClipConfig(
            Int("embed_dim"), Int("image_resolution"),
            new VisionConfig(stages, Int("vision_width"), Int("vision_heads"), Int("vision_patch_size")),
            new TextConfig(
                Int("vocab_size"), Int("context_length"), Int("transformer_width"), Int("transformer_heads"), Int("transformer_layers")));
    }

    /// <summary>max |actual − expected| ≤ tolerance · max |expected|.</summary>
    public static void AssertRelative(Tensor expected, Tensor actual, double tolerance, string name)
    {
        Assert.Equal(expected.shape, actual.shape);
        var limit = tolerance * expected.abs().max().item<float>();
        var difference = (expected - actual.detach()).abs().max().item<float>();
        Assert.True(difference <= limit, $"{name}: differs by {difference:g3}, allowed are {limit:g3}.");
    }

    /// <summary>max |actual − expected| ≤ tolerance.</summary>
    public static void AssertAbsolute(double expected, double actual, double tolerance, string name) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{name}: {actual:r}, expected {expected:r} ± {tolerance:g2}.");

    private static Tensor ToTorch(GoldenTensor t) => t.Type switch
    {
        "F32" => tensor(t.Floats(), t.Shape),
        "F64" => tensor(t.Doubles(), t.Shape),
        _ => tensor(t.Longs(), t.Shape),
    };
}
