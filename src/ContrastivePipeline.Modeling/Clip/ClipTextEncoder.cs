using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Modeling.Clip;

/// <summary>CLIP's text encoder with its projection and the logit scale, under upstream's keys: the half that all CLIP models
/// share.</summary>
public abstract class ClipTextEncoder : DualEncoder
{
    /// <summary>Key of the logit scale in the state dict.</summary>
    public const string LogitScaleKey = "logit_scale";

    // The names are the keys. A private field of a base would not be registered.
    private protected readonly Transformer transformer;
    private protected readonly Embedding token_embedding;
    private protected readonly Parameter positional_embedding;
    private protected readonly LayerNorm ln_final;
    private protected readonly Parameter text_projection;
    private protected readonly Parameter logit_scale;

    private readonly TextConfig _text;

    /// <summary>Creates the encoder; whoever derives registers and initialises it.</summary>
    /// <param name="embeddingSize">Width of the shared embedding space.</param>
    /// <param name="exactGelu">Whether the activation is GELU instead of QuickGELU.</param>
    private protected ClipTextEncoder(string name, TextConfig text, int embeddingSize, bool exactGelu)
        : base(name)
    {
        _text = text;
        transformer = new Transformer(text.Width, text.Heads, text.Layers, causal: !text.Bidirectional, text.Dropout, exactGelu);
        token_embedding = Embedding(text.VocabularySize, text.Width);
        positional_embedding = Parameter(zeros(text.ContextLength, text.Width));
        ln_final = LayerNorm(text.Width);
        text_projection = Parameter(zeros(text.Width, embeddingSize));
        logit_scale = Parameter(zeros([]));
    }

    /// <inheritdoc/>
    public override Parameter LogitScale => logit_scale;

    /// <inheritdoc/>
    public override Tensor EncodeTextStates(TokenBatch texts, DropoutNoise? noise = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var scope = NewDisposeScope();
        var x = token_embedding.forward(texts.Ids).Plus(positional_embedding.narrow(0, 0, texts.Ids.size(1)));
        x = transformer.Forward(noise?.Apply(x, _text.Dropout) ?? x, noise, _text.Bidirectional ? texts.Mask() : null);
        return ln_final.forward(_text.Pooling.Read(x, texts)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor ProjectText(Tensor states)
    {
        ArgumentNullException.ThrowIfNull(states);
        return states.matmul(text_projection);
    }
}
