using System.Text.Json.Serialization;
using ContrastivePipeline.Modeling.Clip;
using ContrastivePipeline.Training;
using ContrastivePipeline.Training.Batches;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Cli.Commands.Export;

/// <summary><c>config.json</c> of an exported model, sizes and preprocessing under open_clip's names, and where it comes from.</summary>
/// <param name="Model">Sizes.</param>
/// <param name="Preprocess">What pictures go through.</param>
/// <param name="Provenance">Where the weights come from.</param>
internal sealed record ModelDescription(
    [property: JsonPropertyName("model_cfg")] ModelSizes Model,
    [property: JsonPropertyName("preprocess_cfg")] Preprocessing Preprocess,
    [property: JsonPropertyName("provenance")] Provenance Provenance)
{
    public static ModelDescription Of(RunRecord run, EmbedInput model)
    {
        var sizes = model.Recipe.Model;
        return new ModelDescription(
            ModelSizes.Of(sizes),
            new Preprocessing(sizes.ImageSize, "RGB", "bicubic", "shortest", Pixels.Mean, Pixels.Deviation),
            new Provenance(
                run.Experiment, run.Id, model.Variant, model.Recipe, model.Dataset.Name, model.Dataset.Version,
                model.Checkpoint.Sha256, run.CodeVersion));
    }
}

/// <summary>Sizes of the encoders.</summary>
internal sealed record ModelSizes(
    [property: JsonPropertyName("embed_dim")] int EmbeddingSize,
    [property: JsonPropertyName("vision_cfg")] VisionSizes Vision,
    [property: JsonPropertyName("text_cfg")] TextSizes Text)
{
    public static ModelSizes Of(ClipConfig model) => new(
        model.EmbeddingSize,
        new VisionSizes(
            model.ImageSize, model.Vision.Layers, model.Vision.Width, model.Vision.Heads == 0 ? null : model.Vision.Heads,
            model.Vision.PatchSize == 0 ? null : model.Vision.PatchSize),
        new TextSizes(
            model.Text.ContextLength, model.Text.VocabularySize, model.Text.Width, model.Text.Heads, model.Text.Layers, model.Text.Dropout));
}

/// <summary>Sizes of the picture encoder; no heads means one per 64 channels, no patch a ResNet.</summary>
internal sealed record VisionSizes(
    [property: JsonPropertyName("image_size")] int ImageSize,
    [property: JsonPropertyName("layers")] IReadOnlyList<int> Layers,
    [property: JsonPropertyName("width")] int Width,
    [property: JsonPropertyName("heads"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Heads,
    [property: JsonPropertyName("patch_size"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? PatchSize);

/// <summary>Sizes of the text encoder.</summary>
internal sealed record TextSizes(
    [property: JsonPropertyName("context_length")] int ContextLength,
    [property: JsonPropertyName("vocab_size")] int VocabularySize,
    [property: JsonPropertyName("width")] int Width,
    [property: JsonPropertyName("heads")] int Heads,
    [property: JsonPropertyName("layers")] int Layers,
    [property: JsonPropertyName("dropout")] double Dropout);

/// <summary>What pictures go through.</summary>
internal sealed record Preprocessing(
    [property: JsonPropertyName("size")] int Size,
    [property: JsonPropertyName("mode")] string Mode,
    [property: JsonPropertyName("interpolation")] string Interpolation,
    [property: JsonPropertyName("resize_mode")] string ResizeMode,
    [property: JsonPropertyName("mean")] IReadOnlyList<float> Mean,
    [property: JsonPropertyName("std")] IReadOnlyList<float> Deviation);

/// <summary>Where the weights come from.</summary>
internal sealed record Provenance(
    string Experiment, string RunId, string Variant, TrainingRecipe Recipe, string Dataset, string DatasetVersion,
    string CheckpointSha256, string CodeVersion);
