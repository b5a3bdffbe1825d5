using System.Text.Json.Nodes;

namespace ContrastivePipeline.Tests.Cli;

/// <summary>What <c>export</c> writes for open_clip has the fields of its configuration classes and no other: it takes them as arguments by name.</summary>
public sealed class ModelDescriptionTests
{
    private static readonly TextConfig Text = new(600, 16, 32, 2, 1, Dropout: 0.1);

    public static TheoryData<VisionConfig, int, string> Encoders => new()
    {
        // width · 32 channels reach a ResNet's attention pool, width a Transformer's blocks.
        { new VisionConfig([1, 1, 1, 1], 4, Heads: 2), 32, """{ "image_size": 32, "layers": [1, 1, 1, 1], "width": 4, "head_width": 64 }""" },
        { new VisionConfig([1, 2, 1, 1], 16, Heads: 32), 64, """{ "image_size": 64, "layers": [1, 2, 1, 1], "width": 16, "head_width": 16 }""" },
        { new VisionConfig([3, 4, 6, 3], 64), 224, """{ "image_size": 224, "layers": [3, 4, 6, 3], "width": 64, "head_width": 64 }""" },
        { new VisionConfig([2], 48, 4, 8), 32, """{ "image_size": 32, "layers": 2, "width": 48, "head_width": 12, "patch_size": 8 }""" },
        { new VisionConfig([12], 768, 0, 32), 224, """{ "image_size": 224, "layers": 12, "width": 768, "head_width": 64, "patch_size": 32 }""" },
    };

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Sizes_are_open_clips_by_name_and_meaning(VisionConfig vision, int side, string expected)
    {
        var written = JsonNode.Parse(WorkflowJson.ToBytes(ModelSizes.Of(new ClipConfig(24, side, vision, Text))))!;

        Assert.Equal(["embed_dim", "quick_gelu", "vision_cfg", "text_cfg"], written.AsObject().Select(member => member.Key));
        Assert.Equal(24, (int)written["embed_dim"]!);
        Assert.True((bool)written["quick_gelu"]!);
        AssertSame(expected, written["vision_cfg"]!);
        AssertSame("""{ "context_length": 16, "vocab_size": 600, "width": 32, "heads": 2, "layers": 1 }""", written["text_cfg"]!);
    }

    private static void AssertSame(string expected, JsonNode written) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), written), written.ToJsonString());
}
