using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>Sizes of a CLIP model (Radford et al. 2021, arXiv 2103.00020).</summary>
/// <param name="EmbeddingSize">Width of the shared embedding space.</param>
/// <param name="ImageSize">Side of the square input, pixels; a multiple of 32 for the ResNet.</param>
/// <param name="ExactGelu">Whether the Transformers' activation is GELU, as most of open_clip's models have it, instead of OpenAI's
/// QuickGELU, x · sigmoid(1.702 x).</param>
public sealed record ClipConfig(
    int EmbeddingSize,
    int ImageSize,
    VisionConfig Vision,
    TextConfig Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool ExactGelu = false) : ModelConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string MediaKind => "image";

    /// <inheritdoc/>
    public override int EmbeddingSize { get; init; } = EmbeddingSize;

    /// <inheritdoc/>
    public override TextConfig Text { get; init; } = Text;

    /// <inheritdoc/>
    public override DualEncoder Create(long seed) => new ClipModel(this, seed);

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "What is stored names the kind, and nothing else may have used this assembly before.")]
    internal static void AddKind() => Kinds.Add<ModelConfig>("clip", typeof(ClipConfig), isUsual: true);
}

/// <summary>Sizes of the image encoder: CLIP's modified ResNet, or its vision Transformer when a patch size is given.</summary>
/// <param name="Layers">Bottleneck blocks in each of the four stages; for a vision Transformer one number, its blocks.</param>
/// <param name="Width">Channels after the stem; width of the Transformer.</param>
/// <param name="Heads">Attention heads (of the attention pool); 0 for upstream's rule, one per 64 channels.</param>
/// <param name="PatchSize">Side of a patch in pixels; 0 for the ResNet.</param>
public sealed record VisionConfig(IReadOnlyList<int> Layers, int Width, int Heads = 0, int PatchSize = 0);
