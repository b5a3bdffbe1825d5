using System.Text.Json.Serialization;

namespace ContrastivePipeline.Cli.Commands.Export;

/// <summary><c>config.json</c> of an exported model. <c>model_cfg</c> and <c>preprocess_cfg</c> are those of an
/// <c>open_clip_config.json</c>, field by field (open_clip, <c>src/open_clip/model.py</c> and <c>transform.py</c>); a field that open_clip
/// does not have there is an error to it.</summary>
internal sealed record ModelDescription(
    [property: JsonPropertyName("model_cfg")] ModelSizes Model,
    [property: JsonPropertyName("preprocess_cfg")] Preprocessing Preprocess,
    [property: JsonPropertyName("provenance")] Provenance Provenance)
{
    /// <exception cref="UsageException">open_clip has no such model.</exception>
    public static ModelDescription Of(RunRecord run, EmbedInput model)
    {
        var sizes = model.Model as ClipConfig ?? throw new UsageException(
            $"Variant '{model.Variant}' is no CLIP model, and only these are exported: open_clip has no place for another.");
        return new ModelDescription(
            ModelSizes.Of(sizes),
            new Preprocessing(sizes.ImageSize, "RGB", "bicubic", "shortest", ImageInput.Mean, ImageInput.Deviation),
            new Provenance(
                run.Experiment, run.Id, model.Variant, model.Recipe, model.Dataset.Name, model.Dataset.Version,
                model.Checkpoint.Sha256, model.Tokenizer.Clean, run.CodeVersion));
    }
}

/// <summary>Sizes of the encoders: open_clip's <c>CLIP(embed_dim, quick_gelu, vision_cfg, text_cfg)</c>.</summary>
/// <param name="EmbeddingSize">Width of the shared embedding space.</param>
/// <param name="QuickGelu">Whether the Transformers' activation is x · sigmoid(1.702 x); without it open_clip computes with GELU.</param>
internal sealed record ModelSizes(
    [property: JsonPropertyName("embed_dim")] int EmbeddingSize,
    [property: JsonPropertyName("quick_gelu")] bool QuickGelu,
    [property: JsonPropertyName("vision_cfg")] VisionSizes Vision,
    [property: JsonPropertyName("text_cfg")] TextSizes Text)
{
    public static ModelSizes Of(ClipConfig model) => new(
        model.EmbeddingSize, QuickGelu: !model.ExactGelu, VisionSizes.Of(model.Vision, model.ImageSize),
        TextSizes.Of(model.Text));
}

/// <summary>Sizes of the image encoder: open_clip's <c>CLIPVisionCfg</c>.</summary>
/// <param name="ImageSize">Side of the input, pixels.</param>
/// <param name="Layers">Blocks: four numbers make a ResNet, one (no list) a vision Transformer.</param>
/// <param name="Width">Channels after the stem; width of the Transformer.</param>
/// <param name="HeadWidth">Channels that one attention head sees; open_clip divides by it to get the number of heads.</param>
/// <param name="PatchSize">Side of a patch, pixels; null for a ResNet.</param>
internal sealed record VisionSizes(
    [property: JsonPropertyName("image_size")] int ImageSize,
    [property: JsonPropertyName("layers")] object Layers,
    [property: JsonPropertyName("width")] int Width,
    [property: JsonPropertyName("head_width")] int HeadWidth,
    [property: JsonPropertyName("patch_size"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? PatchSize)
{
    private const int ResNetReduction = 32;
    private const int UpstreamHeadWidth = 64;

    public static VisionSizes Of(VisionConfig vision, int imageSize)
    {
        var isResNet = vision.PatchSize == 0;
        var attended = isResNet ? vision.Width * ResNetReduction : vision.Width;
        return new VisionSizes(
            imageSize, isResNet ? vision.Layers : vision.Layers[0], vision.Width,
            vision.Heads == 0 ? UpstreamHeadWidth : attended / vision.Heads, isResNet ? null : vision.PatchSize);
    }
}

/// <summary>Sizes of the text encoder: open_clip's <c>CLIPTextCfg</c>. Dropout is a setting of the training and so in the
/// provenance.</summary>
internal sealed record TextSizes(
    [property: JsonPropertyName("context_length")] int ContextLength,
    [property: JsonPropertyName("vocab_size")] int VocabularySize,
    [property: JsonPropertyName("width")] int Width,
    [property: JsonPropertyName("heads")] int Heads,
    [property: JsonPropertyName("layers")] int Layers,
    [property: JsonPropertyName("no_causal_mask"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Bidirectional,
    [property: JsonPropertyName("pool_type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Pooling)
{
    public static TextSizes Of(TextConfig text) => new(
        text.ContextLength, text.VocabularySize, text.Width, text.Heads, text.Layers, text.Bidirectional, text.Pooling switch
        {
            TextPooling.End => null,
            TextPooling.First => "first",
            _ => throw new UsageException("open_clip reads no mean of a text's tokens, so such a model cannot be exported."),
        });
}

/// <summary>Preprocessing of images: open_clip's <c>PreprocessCfg</c>.</summary>
internal sealed record Preprocessing(
    [property: JsonPropertyName("size")] int Size,
    [property: JsonPropertyName("mode")] string Mode,
    [property: JsonPropertyName("interpolation")] string Interpolation,
    [property: JsonPropertyName("resize_mode")] string ResizeMode,
    [property: JsonPropertyName("mean")] IReadOnlyList<float> Mean,
    [property: JsonPropertyName("std")] IReadOnlyList<float> Deviation);

/// <param name="Clean">What was done to captions before they were split into words.</param>
internal sealed record Provenance(
    string Experiment, string RunId, string Variant, TrainingRecipe? Recipe, string Dataset, string DatasetVersion,
    string CheckpointSha256, CaptionCleanup Clean, string CodeVersion);
