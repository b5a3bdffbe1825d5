using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Modeling;

/// <summary>The sizes of published models, from the shapes of their weights.</summary>
public sealed class ClipCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Golden.Cases), "clip-rn", MemberType = typeof(Golden))]
    [MemberData(nameof(Golden.Cases), "clip-vit", MemberType = typeof(Golden))]
    public void Sizes_of_the_reference_s_weights_are_read_from_their_shapes_and_a_configuration(GoldenCase golden)
    {
        var expected = golden.ClipConfig();
        var config = OpenClipConfig.Read(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"quick_gelu": true, "vision_cfg": {"head_width": 64}, "text_cfg": {"heads": {{expected.Text.Heads}} } }"""), "config.json");
        var sizes = ClipCheckpoint.SizesOf(SafetensorsFile.ReadShapes(golden.WeightsPath), config, golden.WeightsPath);

        Assert.Equal(expected.Vision.Layers, sizes.Vision.Layers);
        Assert.Equal(
            expected with { Vision = expected.Vision with { Layers = sizes.Vision.Layers } },
            sizes with { Vision = sizes.Vision with { Heads = expected.Vision.Heads } });
        using var model = new ClipModel(sizes, seed: 0);
        using var scope = NewDisposeScope();
        model.LoadWeights(File.ReadAllBytes(golden.WeightsPath), "golden");
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("")]
    public void Every_size_is_found_again(string prefix)
    {
        foreach (var config in new[]
        {
            new ClipConfig(16, 64, new VisionConfig([1, 2, 1, 3], 2, 1), new TextConfig(600, 12, 64, 1, 3)),
            new ClipConfig(8, 48, new VisionConfig([2], 64, 1, 16), new TextConfig(300, 9, 128, 2, 1)),
        })
        {
            using var model = new ClipModel(config, seed: 1);
            var path = _folder.Write("m.safetensors", WeightFiles.Write(StateDict.Of(model).ToDictionary(t => prefix + t.Key, t => t.Value)));
            var sizes = ClipCheckpoint.SizesOf(ClipCheckpoint.ByUpstreamKey(SafetensorsFile.ReadShapes(path)), null, path);
            Assert.Equal(config.Vision.Layers, sizes.Vision.Layers);
            Assert.Equal(config with { Vision = config.Vision with { Layers = sizes.Vision.Layers } }, sizes);
        }
    }

    [Fact]
    public void Heads_that_neither_shapes_nor_a_configuration_tell_are_asked_for()
    {
        using var model = new ClipModel(new ClipConfig(8, 16, new VisionConfig([1], 48, 3, 8), new TextConfig(300, 9, 32, 2, 1)), seed: 1);
        var path = _folder.Write("m.safetensors", WeightFiles.Write(StateDict.Of(model)));
        var shapes = SafetensorsFile.ReadShapes(path);
        var silent = Assert.Throws<WeightsException>(() => ClipCheckpoint.SizesOf(shapes, null, "m"));
        Assert.Equal("m: shapes do not tell the number of attention heads, and 48 channels are no multiple of 64. "
            + "Give open_clip's config.json beside the weights, with vision_cfg.head_width.", silent.Message);

        var wrong = OpenClipConfig.Read("""{"embed_dim": 9, "vision_cfg": {"head_width": 16, "layers": 2}, "text_cfg": {"heads": 2}}"""u8, "c");
        Assert.Equal("c does not describe m: embed_dim is 9, 8 there; vision_cfg.layers is 2, 1 there. Use the configuration of these weights.",
            Assert.Throws<WeightsException>(() => ClipCheckpoint.SizesOf(shapes, wrong, "m")).Message);
        var right = OpenClipConfig.Read("""{"model_cfg": {"vision_cfg": {"head_width": 16}, "text_cfg": {"heads": 2}}}"""u8, "c");
        Assert.Equal((3, 2, true), Describe(ClipCheckpoint.SizesOf(shapes, right, "m")));

        static (int, int, bool) Describe(ClipConfig sizes) => (sizes.Vision.Heads, sizes.Text.Heads, sizes.ExactGelu);
    }

    [Fact]
    public void What_is_missing_unexpected_or_of_another_shape_is_named_key_by_key()
    {
        using var scope = NewDisposeScope();
        using var model = new ClipModel(new ClipConfig(8, 16, new VisionConfig([1], 64, 1, 8), new TextConfig(300, 9, 64, 1, 1)), seed: 1);
        var weights = StateDict.Of(model).ToDictionary(t => t.Key, t => t.Value);
        string[] missing = [.. weights.Keys.Where(key => key.StartsWith("visual.transformer.", StringComparison.Ordinal))];
        foreach (var key in missing)
            weights.Remove(key);
        weights["extra"] = zeros(1);
        weights["ln_final.bias"] = zeros(3);
        var message = Assert.Throws<WeightsException>(() => model.LoadWeights(weights, "w")).Message;
        Assert.All(missing, key => Assert.Contains($"'{key}' is missing", message, StringComparison.Ordinal));
        Assert.Contains("'extra' is not in the model", message, StringComparison.Ordinal);
        Assert.Contains("'ln_final.bias' has shape [3], the model [64]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pickle_is_refused_with_the_line_that_converts_it()
    {
        using var zip = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(zip, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
            archive.CreateEntry("model/code/__torch__.py");
        var scripted = Assert.Throws<WeightsException>(() => SafetensorsFile.ReadShapes(_folder.Write("RN50.pt", zip.ToArray())));
        Assert.Contains("torch.jit.load('", scripted.Message, StringComparison.Ordinal);
        Assert.Contains("RN50.safetensors')", scripted.Message, StringComparison.Ordinal);
        var pickled = Assert.Throws<WeightsException>(
            () => SafetensorsFile.ReadShapes(_folder.Write("old.bin", [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9])));
        Assert.Contains("torch.load('", pickled.Message, StringComparison.Ordinal);
        Assert.Contains("not a safetensors file", Assert.Throws<WeightsException>(
            () => SafetensorsFile.ReadShapes(_folder.Write("empty.safetensors", []))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hugging_Face_s_keys_are_called_by_their_name() => Assert.Contains("Hugging Face's keys", Assert.Throws<WeightsException>(
        () => ClipCheckpoint.SizesOf(new Dictionary<string, long[]> { ["text_model.embeddings.token_embedding.weight"] = [4, 4] }, null, "m")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Gelu_and_QuickGelu_are_different_activations()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var config = new ClipConfig(8, 16, new VisionConfig([1], 64, 1, 8), new TextConfig(300, 9, 64, 1, 1));
        var tokens = tensor(new long[] { 298, 5, 7, 299 }).unsqueeze(0);
        var quick = new ClipModel(config, seed: 1).EncodeText(TokenBatch.EndingWithHighest(tokens));
        var exact = new ClipModel(config with { ExactGelu = true }, seed: 1).EncodeText(TokenBatch.EndingWithHighest(tokens));
        var difference = ((quick - exact).abs().max() / quick.abs().max()).item<float>();
        Assert.InRange(difference, 1e-5f, 0.1f);
    }
}
