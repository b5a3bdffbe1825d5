using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ContrastivePipeline.Training.Objectives;

/// <summary>L_s = CE(cos(zᵢ, z′ⱼ)/τ, diag): two dropout views of the same captions (SimCSE, arXiv 2104.08821).</summary>
public sealed class SentenceUnsupervised()
    : Objective(Name, "L_s", "λ_s", "nats, lower is better", ObjectiveRole.Sentence, ObjectiveNeeds.SecondTextView)
{
    /// <summary>Its key.</summary>
    public const string Name = "ls";

    /// <inheritdoc/>
    public override Tensor LossOf(StepEmbeddings embeddings)
    {
        var (first, second) = embeddings.Sentences!.Value;
        return Loss(first, second, embeddings.SentenceTemperature, embeddings.PairMatches);
    }

    /// <summary>The formula.</summary>
    /// <param name="first">One view, [texts, width], of any length.</param>
    /// <param name="temperature">τ; 0.05 in SimCSE.</param>
    /// <param name="matches">[texts, texts], bool: pairs of texts that do not count; null for none.</param>
    public static Tensor Loss(Tensor first, Tensor second, double temperature, Tensor? matches = null) =>
        CrossEntropy.OfDiagonal(CrossEntropy.Cosines(first, second) / LastingScalar.Of(temperature), matches);
}

/// <summary>L_n = CE([cos(z, z⁺), cos(z, z⁻)]/τ, diag): entailment against contradiction (supervised SimCSE).</summary>
public sealed class SentenceSupervised()
    : Objective(Name, "L_n", "λ_n", "nats, lower is better", ObjectiveRole.Sentence, ObjectiveNeeds.Triples)
{
    /// <summary>Its key.</summary>
    public const string Name = "ln";

    /// <inheritdoc/>
    public override Tensor LossOf(StepEmbeddings embeddings)
    {
        var (anchors, positives, negatives) = embeddings.Triples!.Value;
        return Loss(anchors, positives, negatives, embeddings.SentenceTemperature, matches: embeddings.TripleMatches);
    }

    /// <summary>The formula.</summary>
    /// <param name="anchors">[triples, width], of any length, as the others.</param>
    /// <param name="temperature">τ; 0.05 in SimCSE.</param>
    /// <param name="hardNegativeWeight">A logit added to each sentence's own negative; 0 by default, as in SimCSE.</param>
    /// <param name="matches">[triples, 2 · triples], bool: positives and negatives that do not count for an anchor; null for
    /// none.</param>
    public static Tensor Loss(
        Tensor anchors, Tensor positives, Tensor negatives, double temperature, double hardNegativeWeight = 0, Tensor? matches = null)
    {
        var negativeLogits = CrossEntropy.Cosines(anchors, negatives) / LastingScalar.Of(temperature);
        if (hardNegativeWeight != 0)
        {
            negativeLogits = negativeLogits.Plus(
                LastingScalar.Of(hardNegativeWeight) * eye(anchors.size(0), dtype: anchors.dtype, device: anchors.device));
        }
        return CrossEntropy.OfDiagonal(
            cat([CrossEntropy.Cosines(anchors, positives) / LastingScalar.Of(temperature), negativeLogits], 1), matches);
    }
}

/// <summary>Cross entropy of similarities.</summary>
internal static class CrossEntropy
{
    /// <summary>Of each row against its own index.</summary>
    /// <param name="matches">Bool, as large as the logits: those that are left out of the denominator. Null for none.</param>
    public static Tensor OfDiagonal(Tensor logits, Tensor? matches = null)
    {
        var counted = matches is null ? logits : logits.masked_fill(matches, LastingScalar.Of(double.NegativeInfinity));
        return F.cross_entropy(counted, tensor([.. Enumerable.Range(0, (int)logits.size(0)).Select(i => (long)i)], device: logits.device));
    }

    /// <summary>Of all rows with all rows.</summary>
    public static Tensor Cosines(Tensor a, Tensor b) => F.normalize(a, dim: -1).matmul(F.normalize(b, dim: -1).t());
}
