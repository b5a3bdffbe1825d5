using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>CLIP: an image encoder and a text encoder with a shared embedding space (Radford et al. 2021, arXiv 2103.00020). State-dict
/// keys are those of OpenAI's and open_clip's models. A model outlives the dispose scope that it is made in; dispose it.</summary>
public sealed class ClipModel : DualEncoder
{
    /// <summary>Key of the logit scale in the state dict.</summary>
    public const string LogitScaleKey = "logit_scale";

    private readonly Module visual;
    private readonly Transformer transformer;
    private readonly Embedding token_embedding;
    private readonly Parameter positional_embedding;
    private readonly LayerNorm ln_final;
    private readonly Parameter text_projection;
    private readonly Parameter logit_scale;

    /// <summary>Creates a model with weights drawn from a seed by upstream's rules.</summary>
    /// <param name="seed">Seed of the initial weights; nothing else in the process influences them.</param>
    public ClipModel(ClipConfig config, long seed)
        : base(nameof(ClipModel))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        var text = config.Text;
        visual = config.Vision.PatchSize > 0
            ? new VisionTransformer(config.Vision, config.ImageSize, config.EmbeddingSize, config.ExactGelu)
            : new ModifiedResNet(config.Vision, config.ImageSize, config.EmbeddingSize);
        transformer = new Transformer(text.Width, text.Heads, text.Layers, causal: !text.Bidirectional, text.Dropout, config.ExactGelu);
        token_embedding = Embedding(text.VocabularySize, text.Width);
        positional_embedding = Parameter(zeros(text.ContextLength, text.Width));
        ln_final = LayerNorm(text.Width);
        text_projection = Parameter(zeros(text.Width, config.EmbeddingSize));
        logit_scale = Parameter(zeros([]));
        RegisterComponents();
        ClipInitialization.Apply(this, seed);
        StateDict.KeepBeyondScope(this);
    }

    /// <summary>Sizes of this model.</summary>
    public ClipConfig Config { get; }

    /// <inheritdoc/>
    public override ModelConfig Sizes => Config;

    /// <inheritdoc/>
    public override Parameter LogitScale => logit_scale;

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

    /// <inheritdoc/>
    public override Tensor EncodeTextStates(TokenBatch texts, DropoutNoise? noise = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var scope = NewDisposeScope();
        var x = token_embedding.forward(texts.Ids).Plus(positional_embedding.narrow(0, 0, texts.Ids.size(1)));
        x = transformer.Forward(noise?.Apply(x, Config.Text.Dropout) ?? x, noise, Config.Text.Bidirectional ? texts.Mask() : null);
        return ln_final.forward(Config.Text.Pooling.Read(x, texts)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor ProjectText(Tensor states)
    {
        ArgumentNullException.ThrowIfNull(states);
        return states.matmul(text_projection);
    }
}
