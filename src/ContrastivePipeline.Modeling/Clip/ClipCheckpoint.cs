using System.Globalization;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>Published CLIP weights: their keys, and the sizes that their shapes tell.</summary>
public static class ClipCheckpoint
{
    private const int UpstreamHeadWidth = 64;
    private const int ResNetReduction = 32;

    // Of training on several GPUs, and of open_clip's models with a separate text tower.
    private static readonly string[] Prefixes = ["module.", "text."];

    /// <summary>Entries by OpenAI's keys, whatever wrapped them.</summary>
    public static IReadOnlyDictionary<string, T> ByUpstreamKey<T>(IReadOnlyDictionary<string, T> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var plain = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
        {
            var name = Prefixes.Aggregate(key, (rest, prefix) =>
                rest.StartsWith(prefix, StringComparison.Ordinal) ? rest[prefix.Length..] : rest);
            plain[name] = value;
        }
        return plain;
    }

    /// <summary>The sizes of a model, from the shapes of its weights. Shapes do not tell the number of attention heads, which is one per 64
    /// channels where the configuration says nothing else, nor the activation, which is then OpenAI's.</summary>
    /// <param name="shapes">Shape of each tensor by upstream's key.</param>
    /// <param name="config">What a configuration beside the weights says; null where there is none.</param>
    /// <param name="name">What messages call the weights.</param>
    /// <exception cref="WeightsException">The weights are not those of a CLIP model, or the configuration does not fit them.</exception>
    public static ClipConfig SizesOf(IReadOnlyDictionary<string, long[]> shapes, OpenClipConfig? config, string name)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        var isResNet = !shapes.ContainsKey("visual.proj");
        var (vision, imageSize) = isResNet ? ResNet() : Transformer();
        var width = Size("ln_final.weight", 0);
        var text = new TextConfig(
            Size("token_embedding.weight", 0), Size("positional_embedding", 0), width,
            Heads("text_cfg.heads", width, config?.TextHeads), Blocks("transformer.resblocks."),
            Bidirectional: config is { Bidirectional: true }, Pooling: config?.Pooling ?? TextPooling.End);
        var sizes = new ClipConfig(Size("text_projection", 1), imageSize, vision, text, config is { QuickGelu: false });
        config?.Check(sizes, name);
        return sizes;

        (VisionConfig, int) ResNet()
        {
            var channels = Size("visual.layer1.0.conv1.weight", 0);
            var side = Side("visual.attnpool.positional_embedding");
            var heads = Heads("vision_cfg.head_width", channels * ResNetReduction, config?.VisionHeads(channels * ResNetReduction));
            return (new VisionConfig([.. Enumerable.Range(1, 4).Select(stage => Blocks($"visual.layer{stage}."))], channels, heads),
                side * ResNetReduction);
        }

        (VisionConfig, int) Transformer()
        {
            var (channels, patch) = (Size("visual.conv1.weight", 0), Size("visual.conv1.weight", 3));
            var heads = Heads("vision_cfg.head_width", channels, config?.VisionHeads(channels));
            return (new VisionConfig([Blocks("visual.transformer.resblocks.")], channels, heads, patch),
                Side("visual.positional_embedding") * patch);
        }

        int Heads(string key, int channels, int? given) => given
            ?? (channels % UpstreamHeadWidth == 0 ? channels / UpstreamHeadWidth : throw new WeightsException(
                $"{name}: shapes do not tell the number of attention heads, and {channels} channels are no multiple of {UpstreamHeadWidth}. "
                + $"Give open_clip's config.json beside the weights, with {key}."));

        // A square of positions and one more, for the class or the mean.
        int Side(string key) => (int)Math.Round(Math.Sqrt(Size(key, 0) - 1));

        int Blocks(string prefix) => shapes.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(key => int.TryParse(key[prefix.Length..].Split('.')[0], CultureInfo.InvariantCulture, out var block) ? block + 1 : 0)
            .DefaultIfEmpty(0).Max() is var count and > 0 ? count : throw Lacking(prefix + "0");

        int Size(string key, int dimension) =>
            shapes.TryGetValue(key, out var shape) && shape.Length > dimension ? checked((int)shape[dimension]) : throw Lacking(key);

        WeightsException Lacking(string key) => new(
            $"{name} is no CLIP model of OpenAI's or open_clip's kind: it has no '{key}'"
            + (shapes.Keys.Any(k => k.StartsWith("text_model.", StringComparison.Ordinal))
                ? "; these are Hugging Face's keys, convert them with open_clip or take the checkpoint that open_clip publishes." : "."));
    }
}
