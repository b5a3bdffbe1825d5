using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Objectives;

/// <summary>What the objectives of a step see. Media I and texts T are [pairs, embedding] with unit rows; row i of each belong together.
/// What no objective needs is null.</summary>
public sealed record StepEmbeddings
{
    /// <summary>s = exp(logit scale), [].</summary>
    public required Tensor Scale { get; init; }

    /// <summary>I, [pairs, embedding].</summary>
    public Tensor? Media { get; init; }

    /// <summary>Another augmented view of I, [pairs, embedding].</summary>
    public Tensor? SecondMedia { get; init; }

    /// <summary>T, [pairs, embedding].</summary>
    public required Tensor Texts { get; init; }

    /// <summary>Another dropout view of T, [pairs, embedding].</summary>
    public Tensor? SecondTexts { get; init; }

    /// <summary>Two dropout views z, z′ of the captions in the space of sentences, [pairs, width] each, of any length.</summary>
    public (Tensor First, Tensor Second)? Sentences { get; init; }

    /// <summary>Sentence triples z, z⁺, z⁻ in the space of sentences, [triples, width] each, of any length.</summary>
    public (Tensor Anchors, Tensor Positives, Tensor Negatives)? Triples { get; init; }

    /// <summary>[pairs, pairs], bool: true where two pairs share a caption, a media item or a concept and so are no negatives of one
    /// another; null where there are none.</summary>
    public Tensor? PairMatches { get; init; }

    /// <summary>[triples, 2 · triples], bool, over positives and then negatives: true where one of another triple is no negative of the
    /// anchor; null where there are none.</summary>
    public Tensor? TripleMatches { get; init; }

    /// <summary>τ of L_s and L_n.</summary>
    public double SentenceTemperature { get; init; }
}
