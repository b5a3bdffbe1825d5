using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Objectives;

/// <summary>L_contra = ½·(CE(s·I·Tᵀ, diag) + CE(s·T·Iᵀ, diag)) (CLIP, arXiv 2103.00020), over the logits of pairs that are negatives of
/// one another.</summary>
public sealed class CrossModal()
    : Objective(Name, "L_contra", "λ_contra", "nats, lower is better", ObjectiveRole.Contrastive, ObjectiveNeeds.Media)
{
    /// <summary>Its key.</summary>
    public const string Name = "contrastive";

    /// <inheritdoc/>
    public override Tensor LossOf(StepEmbeddings embeddings) =>
        Loss(embeddings.Media!, embeddings.Texts, embeddings.Scale, embeddings.PairMatches);

    /// <summary>The formula.</summary>
    /// <param name="scale">s = exp(logit scale), [].</param>
    /// <param name="matches">[pairs, pairs], bool, symmetric: pairs that are no negatives of one another; null for none.</param>
    public static Tensor Loss(Tensor media, Tensor texts, Tensor scale, Tensor? matches = null)
    {
        var logits = scale * media.matmul(texts.t());
        return CrossEntropy.OfDiagonal(logits, matches).Plus(CrossEntropy.OfDiagonal(logits.t(), matches)) / LastingScalar.Of(2);
    }
}

/// <summary>½·(CE(s·I·Iₐᵀ, diag) + CE(s·T·Tₐᵀ, diag)) with second views Iₐ, Tₐ, in one direction, as upstream (CyCLIP, arXiv
/// 2205.14459). CyCLIP's option gives it half of L_contra's weight.</summary>
public sealed class InModal()
    : Objective(Name, "L_in-modal", "λ_in-modal", "nats, lower is better",
        ObjectiveRole.InModal, ObjectiveNeeds.Media | ObjectiveNeeds.SecondMediaView | ObjectiveNeeds.SecondTextView)
{
    /// <summary>Its key.</summary>
    public const string Name = "inmodal";

    /// <summary>CyCLIP's option.</summary>
    public static ObjectiveWeights SharedWithContrastive => new([(CrossModal.Name, 0.5), (Name, 0.5)]);

    /// <inheritdoc/>
    public override Tensor LossOf(StepEmbeddings embeddings) => Loss(
        embeddings.Media!, embeddings.SecondMedia!, embeddings.Texts, embeddings.SecondTexts!, embeddings.Scale, embeddings.PairMatches);

    /// <summary>The formula.</summary>
    /// <param name="scale">s = exp(logit scale), [].</param>
    /// <param name="matches">[pairs, pairs], bool: pairs that are no negatives of one another; null for none.</param>
    public static Tensor Loss(
        Tensor media, Tensor secondMedia, Tensor texts, Tensor secondTexts, Tensor scale, Tensor? matches = null) =>
        CrossEntropy.OfDiagonal(scale * media.matmul(secondMedia.t()), matches)
            .Plus(CrossEntropy.OfDiagonal(scale * texts.matmul(secondTexts.t()), matches)) / LastingScalar.Of(2);
}

/// <summary>L_C-cyclic = (1/N)·Σᵢⱼ (⟨Iᵢ,Tⱼ⟩ − ⟨Iⱼ,Tᵢ⟩)² (CyCLIP, cross-modal consistency). It has no negatives: it
/// makes two similarities equal and pushes nothing apart, so pairs that match count as any others.</summary>
public sealed class CyclicCross()
    : Objective(Name, "L_C-cyclic", "λ_C", "cross-modal, lower is better", ObjectiveRole.Cyclic, ObjectiveNeeds.Media)
{
    /// <summary>Its key.</summary>
    public const string Name = "cyclic_cross";

    /// <inheritdoc/>
    public override Tensor LossOf(StepEmbeddings embeddings) => Loss(embeddings.Media!, embeddings.Texts);

    /// <summary>The formula.</summary>
    public static Tensor Loss(Tensor media, Tensor texts)
    {
        var similarity = media.matmul(texts.t());
        var difference = similarity - similarity.t();
        return (difference * difference).sum() / LastingScalar.Of(media.size(0));
    }
}

/// <summary>L_I-cyclic = (1/N)·Σᵢⱼ (⟨Iᵢ,Iⱼ⟩ − ⟨Tᵢ,Tⱼ⟩)² (CyCLIP, in-modal consistency). It has no negatives; of
/// pairs with one caption it asks that their media be as close as the captions are.</summary>
public sealed class CyclicInModal()
    : Objective(Name, "L_I-cyclic", "λ_I", "in-modal, lower is better", ObjectiveRole.Cyclic, ObjectiveNeeds.Media)
{
    /// <summary>Its key.</summary>
    public const string Name = "cyclic_inmodal";

    /// <inheritdoc/>
    public override Tensor LossOf(StepEmbeddings embeddings) => Loss(embeddings.Media!, embeddings.Texts);

    /// <summary>The formula.</summary>
    public static Tensor Loss(Tensor media, Tensor texts)
    {
        var difference = media.matmul(media.t()) - texts.matmul(texts.t());
        return (difference * difference).sum() / LastingScalar.Of(media.size(0));
    }
}
