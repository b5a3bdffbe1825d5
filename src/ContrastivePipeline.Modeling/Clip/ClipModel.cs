using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>CLIP: an image encoder and a text encoder with a shared embedding space (Radford et al. 2021, arXiv 2103.00020). State-dict
/// keys are those of OpenAI's and open_clip's models. A model outlives the dispose scope that it is made in; dispose it.</summary>
public sealed class ClipModel : Module
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
        // Runs the check, once a process: whatever computes with a model makes one first.
        _ = OneDnnCheck.IsOff;
        Config = config;
        var text = config.Text;
        visual = config.Vision.PatchSize > 0
            ? new VisionTransformer(config.Vision, config.ImageSize, config.EmbeddingSize, config.ExactGelu)
            : new ModifiedResNet(config.Vision, config.ImageSize, config.EmbeddingSize);
        transformer = new Transformer(text.Width, text.Heads, text.Layers, causal: true, text.Dropout, config.ExactGelu);
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

    /// <summary>The logarithm of the factor on cosines; a scalar parameter.</summary>
    public Parameter LogitScale => logit_scale;

    /// <summary>Projected image features, not normalised.</summary>
    /// <param name="pixels">[batch, 3, side, side], float, normalised.</param>
    /// <returns>[batch, embedding].</returns>
    public Tensor EncodeImage(Tensor pixels) => visual switch
    {
        ModifiedResNet resnet => resnet.Forward(pixels),
        VisionTransformer vit => vit.Forward(pixels),
        _ => throw new InvalidOperationException($"No image encoder {visual.GetName()}."),
    };

    /// <summary>The text encoder's own output, before the projection: the space of SimCSE's head.</summary>
    /// <param name="tokens">[batch, tokens], int64, 0-padded on the right, end of text = highest id.</param>
    /// <param name="noise">Dropout masks; null outside training.</param>
    /// <returns>[batch, width].</returns>
    public Tensor EncodeTextStates(Tensor tokens, DropoutNoise? noise = null) =>
        TextTransformer.Encode(token_embedding, positional_embedding, transformer, ln_final, Config.Text.Dropout, tokens, noise);

    /// <summary>Projects <see cref="EncodeTextStates"/> into the shared embedding space.</summary>
    /// <param name="states">[batch, width].</param>
    /// <returns>[batch, embedding], not normalised.</returns>
    public Tensor ProjectText(Tensor states)
    {
        ArgumentNullException.ThrowIfNull(states);
        return states.matmul(text_projection);
    }

    /// <summary>Projected text features, not normalised.</summary>
    /// <param name="tokens">[batch, tokens], int64, 0-padded on the right, end of text = highest id.</param>
    /// <param name="noise">Dropout masks; null outside training.</param>
    /// <returns>[batch, embedding].</returns>
    public Tensor EncodeText(Tensor tokens, DropoutNoise? noise = null) => ProjectText(EncodeTextStates(tokens, noise));

    /// <summary>Rows scaled to unit length.</summary>
    public static Tensor Normalize(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return features / features.norm(-1, keepdim: true);
    }
}
