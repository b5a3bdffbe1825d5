using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Modeling.Encoders;

/// <summary>A media encoder and a text encoder with a shared embedding space, and the scale of their cosines. What trains, embeds and
/// searches knows no more of a model than this.</summary>
public abstract class DualEncoder : Module
{
    /// <summary>Begins a model.</summary>
    protected DualEncoder(string name)
        : base(name)
    {
        // Runs the check, once a process: whatever computes with a model makes one first.
        _ = OneDnnCheck.IsOff;
    }

    /// <summary>Sizes of this model.</summary>
    public abstract ModelConfig Sizes { get; }

    /// <summary>The logarithm of the factor on cosines; a scalar parameter.</summary>
    public abstract Parameter LogitScale { get; }

    /// <summary>The media encoder.</summary>
    public abstract Module MediaTower { get; }

    /// <summary>Projected media features, not normalised.</summary>
    /// <param name="media">[batch, …] as the kind of media has it.</param>
    /// <returns>[batch, embedding].</returns>
    public abstract Tensor EncodeMedia(Tensor media);

    /// <summary>The text encoder's own output, before the projection: the space of SimCSE's head.</summary>
    /// <param name="noise">Dropout masks; null outside training.</param>
    /// <returns>[texts, width].</returns>
    public abstract Tensor EncodeTextStates(TokenBatch texts, DropoutNoise? noise = null);

    /// <summary>Projects <see cref="EncodeTextStates"/> into the shared embedding space.</summary>
    /// <param name="states">[texts, width].</param>
    /// <returns>[texts, embedding], not normalised.</returns>
    public abstract Tensor ProjectText(Tensor states);

    /// <summary>The tower that a parameter belongs to.</summary>
    /// <param name="parameter">Its key.</param>
    public abstract Tower TowerOf(string parameter);

    /// <summary>Projected text features, not normalised.</summary>
    /// <param name="noise">Dropout masks; null outside training.</param>
    /// <returns>[texts, embedding].</returns>
    public Tensor EncodeText(TokenBatch texts, DropoutNoise? noise = null) => ProjectText(EncodeTextStates(texts, noise));

    /// <summary>Rows scaled to unit length.</summary>
    public static Tensor Normalize(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return features / features.norm(-1, keepdim: true);
    }
}

/// <summary>A part of a dual encoder.</summary>
public enum Tower
{
    /// <summary>The media encoder with its projection.</summary>
    Media,

    /// <summary>The language encoder with its projection.</summary>
    Text,

    /// <summary>What belongs to neither: the logit scale.</summary>
    Shared,
}
