using System.Text.Json;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>What an <c>open_clip_config.json</c>, or the <c>model_cfg</c> in it, says of a model.</summary>
public sealed class OpenClipConfig
{
    private readonly JsonElement _model;
    private readonly string _name;

    private OpenClipConfig(JsonElement root, string name)
    {
        _model = root.TryGetProperty("model_cfg", out var model) ? model : root;
        _name = name;
        // What 'contrastive export' writes says what its tokenizer cleans; before it did, it was the plain clean-up.
        IsPlainText = root.TryGetProperty("provenance", out var provenance)
            && !(provenance.TryGetProperty("clean", out var clean) && clean.ValueKind == JsonValueKind.String && clean.ValueEquals("clip"));
    }

    /// <summary>Whether texts are cleaned less than CLIP's tokenizer does it.</summary>
    public bool IsPlainText { get; }

    /// <summary>Whether the activation is OpenAI's; open_clip's default is GELU.</summary>
    public bool QuickGelu => _model.TryGetProperty("quick_gelu", out var quick) && quick.ValueKind == JsonValueKind.True;

    /// <summary>Whether every token of a text attends to all of it.</summary>
    public bool Bidirectional => Text("no_causal_mask") is { ValueKind: JsonValueKind.True };

    /// <summary>Which state of a text is its feature.</summary>
    /// <exception cref="WeightsException">It is one that this program does not read.</exception>
    public TextPooling Pooling => Text("pool_type") switch
    {
        null => TextPooling.End,
        { ValueKind: JsonValueKind.String } kind when kind.ValueEquals("argmax") => TextPooling.End,
        { ValueKind: JsonValueKind.String } kind when kind.ValueEquals("first") => TextPooling.First,
        { } other => throw new WeightsException(
            $"{_name}: text_cfg.pool_type is {other.GetRawText()}, and this program reads a text's feature at its end (argmax) or its "
            + "first token (first)."),
    };

    /// <summary>Attention heads of the text encoder; null where they are not given.</summary>
    public int? TextHeads => Number("text_cfg", "heads");

    /// <summary>Attention heads of the image encoder; null where they are not given.</summary>
    /// <param name="channels">Channels that attention sees.</param>
    public int? VisionHeads(int channels) => Number("vision_cfg", "head_width") is { } width and > 0 ? channels / width : null;

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="WeightsException">It is no JSON object, or normalises images otherwise than CLIP does.</exception>
    public static OpenClipConfig Read(ReadOnlySpan<byte> json, string name)
    {
        JsonElement root;
        try
        {
            root = JsonSerializer.Deserialize<JsonElement>(json);
        }
        catch (JsonException broken)
        {
            throw new WeightsException($"{name} is not valid JSON: {broken.Message}", broken);
        }
        if (root.ValueKind != JsonValueKind.Object)
            throw new WeightsException($"{name} must be open_clip's configuration, an object with embed_dim, vision_cfg and text_cfg.");
        return new OpenClipConfig(root, name);
    }

    /// <summary>Holds what the configuration says against what the weights are.</summary>
    /// <exception cref="WeightsException">They differ; the message names each setting.</exception>
    internal void Check(ClipConfig sizes, string weights)
    {
        var layers = sizes.Vision.PatchSize > 0 ? Number("vision_cfg", "layers") : null;
        (string Key, int? Given, int Is)[] all =
        [
            ("embed_dim", Number(_model, "embed_dim"), sizes.EmbeddingSize),
            ("vision_cfg.image_size", Number("vision_cfg", "image_size"), sizes.ImageSize),
            ("vision_cfg.width", Number("vision_cfg", "width"), sizes.Vision.Width),
            ("vision_cfg.layers", layers, sizes.Vision.Layers[0]),
            ("text_cfg.context_length", Number("text_cfg", "context_length"), sizes.Text.ContextLength),
            ("text_cfg.vocab_size", Number("text_cfg", "vocab_size"), sizes.Text.VocabularySize),
            ("text_cfg.width", Number("text_cfg", "width"), sizes.Text.Width),
            ("text_cfg.layers", Number("text_cfg", "layers"), sizes.Text.Layers),
        ];
        var wrong = all.Where(one => one.Given is { } given && given != one.Is).Select(one => $"{one.Key} is {one.Given}, {one.Is} there")
            .ToArray();
        if (wrong.Length > 0)
            throw new WeightsException($"{_name} does not describe {weights}: {string.Join("; ", wrong)}. Use the configuration of these weights.");
        if (sizes.Text.Width % sizes.Text.Heads != 0)
        {
            throw new WeightsException(
                $"{_name}: text_cfg.heads is {sizes.Text.Heads}, which does not divide the text encoder's width {sizes.Text.Width}.");
        }
    }

    private JsonElement? Text(string key) =>
        _model.TryGetProperty("text_cfg", out var text) && text.ValueKind == JsonValueKind.Object && text.TryGetProperty(key, out var value)
            ? value : null;

    private int? Number(string section, string key) =>
        _model.TryGetProperty(section, out var part) && part.ValueKind == JsonValueKind.Object ? Number(part, key) : null;

    private static int? Number(JsonElement part, string key) =>
        part.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
