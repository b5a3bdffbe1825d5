using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>CLIP's text encoder alone, for experiments with sentences. Its keys are those of CLIP's text half; the logit scale has no
/// use.</summary>
public sealed class ClipTextModel : ClipTextEncoder
{
    private readonly ClipTextConfig _config;

    // Without parameters: there is nothing to train of it, nor to store.
    private readonly Module _media = Identity();

    /// <summary>Creates a model with weights drawn from a seed by upstream's rules.</summary>
    /// <param name="seed">Seed of the initial weights; nothing else in the process influences them.</param>
    public ClipTextModel(ClipTextConfig config, long seed)
        : base(nameof(ClipTextModel), (config ?? throw new ArgumentNullException(nameof(config))).Text, config.EmbeddingSize, exactGelu: false)
    {
        _config = config;
        RegisterComponents();
        ClipInitialization.Apply(this, config.Text, null, seed);
        StateDict.KeepBeyondScope(this);
    }

    /// <inheritdoc/>
    public override ModelConfig Sizes => _config;

    /// <inheritdoc/>
    public override Module MediaTower => _media;

    /// <inheritdoc/>
    public override Tower TowerOf(string parameter) => parameter == LogitScaleKey ? Tower.Shared : Tower.Text;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: the model has no media encoder.</exception>
    public override Tensor EncodeMedia(Tensor media) => throw new NotSupportedException("A model of texts alone has no media encoder.");
}

/// <summary>Sizes of CLIP's text encoder alone.</summary>
/// <param name="EmbeddingSize">Width of the embedding space.</param>
public sealed record ClipTextConfig(int EmbeddingSize, TextConfig Text) : ModelConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string MediaKind => "text";

    /// <inheritdoc/>
    public override int EmbeddingSize { get; init; } = EmbeddingSize;

    /// <inheritdoc/>
    public override TextConfig Text { get; init; } = Text;

    /// <inheritdoc/>
    public override DualEncoder Create(long seed) => new ClipTextModel(this, seed);

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "What is stored names the kind, and nothing else may have used this assembly before.")]
    internal static void AddKind() => Kinds.Add<ModelConfig>("clip-text", typeof(ClipTextConfig));
}
