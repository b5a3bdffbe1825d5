using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Objectives;

/// <summary>A term of the loss: a scalar that is differentiable in all that it sees. <see cref="ObjectiveList"/> has them all.</summary>
/// <param name="key">What experiment files, stored weights and curves call it, for example <c>ls</c>.</param>
/// <param name="symbol">For example <c>L_s</c>.</param>
/// <param name="weightSymbol">For example <c>λ_s</c>.</param>
/// <param name="unit">What its values are, for a figure.</param>
/// <param name="role">What it is for.</param>
/// <param name="needs">What a step must compute for it beside one view of the captions.</param>
public abstract class Objective(string key, string symbol, string weightSymbol, string unit, ObjectiveRole role, ObjectiveNeeds needs)
{
    /// <summary>What experiment files, stored weights and curves call it.</summary>
    public string Key => key;

    /// <summary>Its symbol.</summary>
    public string Symbol => symbol;

    /// <summary>The symbol of its weight.</summary>
    public string WeightSymbol => weightSymbol;

    /// <summary>What its values are.</summary>
    public string Unit => unit;

    /// <summary>What it is for.</summary>
    public ObjectiveRole Role => role;

    /// <summary>What a step must compute for it.</summary>
    public ObjectiveNeeds Needs => needs;

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
