using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Objectives;

/// <summary>A term of the loss: a scalar that is differentiable in all that it sees. <see cref="ObjectiveList"/> has them all.</summary>
public abstract class Objective
{
    /// <summary>What experiment files, stored weights and curves call it, for example <c>ls</c>.</summary>
    public abstract string Key { get; }

    /// <summary>Its symbol, for example <c>L_s</c>.</summary>
    public abstract string Symbol { get; }

    /// <summary>The symbol of its weight, for example <c>λ_s</c>.</summary>
    public abstract string WeightSymbol { get; }

    /// <summary>What its values are, for a figure.</summary>
    public abstract string Unit { get; }

    /// <summary>What it is for.</summary>
    public abstract ObjectiveRole Role { get; }

    /// <summary>What a step must compute for it beside one view of the captions.</summary>
    public abstract ObjectiveNeeds Needs { get; }

    /// <summary>Its value for a step, [], before weighting.</summary>
    public abstract Tensor LossOf(StepEmbeddings embeddings);
}

/// <summary>What an objective needs beside one view of the captions.</summary>
[Flags]
public enum ObjectiveNeeds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The media of the pairs.</summary>
    Media = 1,

    /// <summary>Another augmented view of the media.</summary>
    SecondMediaView = 2,

    /// <summary>Another dropout view of the captions.</summary>
    SecondTextView = 4,

    /// <summary>Sentence triples.</summary>
    Triples = 8,
}

/// <summary>What an objective is for: comparisons hold a variant against the one that lacks a role.</summary>
public enum ObjectiveRole
{
    /// <summary>Brings media and texts that belong together close, and others apart.</summary>
    Contrastive,

    /// <summary>Does so for views of one modality.</summary>
    InModal,

    /// <summary>Makes similarities of the modalities consistent (CyCLIP).</summary>
    Cyclic,

    /// <summary>Trains the language encoder as a sentence encoder.</summary>
    Sentence,
}
