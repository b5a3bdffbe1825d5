using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>CLIP: an image encoder and a text encoder with a shared embedding space (Radford et al. 2021, arXiv 2103.00020). State-dict
/// keys are those of OpenAI's and open_clip's models. A model outlives the dispose scope that it is made in; dispose it.</summary>
public sealed class ClipModel : ClipTextEncoder
{
    private readonly Module visual;

    /// <summary>Creates a model with weights drawn from a seed by upstream's rules.</summary>
    /// <param name="seed">Seed of the initial weights; nothing else in the process influences them.</param>
    public ClipModel(ClipConfig config, long seed)
        : base(nameof(ClipModel), (config ?? throw new ArgumentNullException(nameof(config))).Text, config.EmbeddingSize, config.ExactGelu)
    {
        Config = config;
        visual = config.Vision.PatchSize > 0
            ? new VisionTransformer(config.Vision, config.ImageSize, config.EmbeddingSize, config.ExactGelu)
            : new ModifiedResNet(config.Vision, config.ImageSize, config.EmbeddingSize);
        RegisterComponents();
        ClipInitialization.Apply(this, config.Text, config.Vision, seed);
        StateDict.KeepBeyondScope(this);
    }

    /// <summary>Sizes of this model.</summary>
    public ClipConfig Config { get; }

    /// <inheritdoc/>
    public override ModelConfig Sizes => Config;

    /// <inheritdoc/>
    public override Module MediaTower => visual;

    /// <inheritdoc/>
    public override Tower TowerOf(string parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (parameter == LogitScaleKey)
            return Tower.Shared;
        return parameter.StartsWith("visual.", StringComparison.Ordinal) ? Tower.Media : Tower.Text;
    }

    /// <inheritdoc/>
    /// <param name="media">Images, [batch, 3, side, side], float, normalised.</param>
    public override Tensor EncodeMedia(Tensor media) => visual switch
    {
        ModifiedResNet resnet => resnet.Forward(media),
        VisionTransformer vit => vit.Forward(media),
        _ => throw new InvalidOperationException($"No image encoder {visual.GetName()}."),
    };
}
