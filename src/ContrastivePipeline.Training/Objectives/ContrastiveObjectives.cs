using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ContrastivePipeline.Training.Objectives;

/// <summary>The objectives of the paper (arXiv 2310.13267) on embeddings. Images I and texts T are [batch, embedding] with unit rows; row i
/// of each belong together. Every function returns a scalar and is differentiable in all its tensors.</summary>
public static class ContrastiveObjectives
{
    /// <summary>L_contra = ½·(CE(s·I·Tᵀ, diag) + CE(s·T·Iᵀ, diag)) (CLIP, arXiv 2103.00020).</summary>
    /// <param name="scale">s = exp(logit scale), scalar.</param>
    public static Tensor Contrastive(Tensor images, Tensor texts, Tensor scale)
    {
        var logits = scale * images.matmul(texts.t());
        return DiagonalCrossEntropy(logits).Plus(DiagonalCrossEntropy(logits.t())) / LastingScalar.Of(2);
    }

    /// <summary>CyCLIP's in-modal option: ½·(L_contra + ½·(CE(s·I·Iₐᵀ, diag) + CE(s·T·Tₐᵀ, diag))) with augmented views Iₐ, Tₐ (CyCLIP,
    /// arXiv 2205.14459; the in-modal terms run in one direction, as upstream).</summary>
    public static Tensor ContrastiveWithInModal(Tensor images, Tensor texts, Tensor augmentedImages, Tensor augmentedTexts, Tensor scale)
    {
        var inModal = DiagonalCrossEntropy(scale * images.matmul(augmentedImages.t()))
            .Plus(DiagonalCrossEntropy(scale * texts.matmul(augmentedTexts.t()))) / LastingScalar.Of(2);
        return Contrastive(images, texts, scale).Plus(inModal) / LastingScalar.Of(2);
    }

    /// <summary>L_C-cyclic = (1/N)·Σᵢⱼ (⟨Iᵢ,Tⱼ⟩ − ⟨Iⱼ,Tᵢ⟩)² (CyCLIP, cross-modal consistency).</summary>
    public static Tensor CyclicCross(Tensor images, Tensor texts)
    {
        var similarity = images.matmul(texts.t());
        return SumOfSquares(similarity - similarity.t()) / LastingScalar.Of(images.size(0));
    }

    /// <summary>L_I-cyclic = (1/N)·Σᵢⱼ (⟨Iᵢ,Iⱼ⟩ − ⟨Tᵢ,Tⱼ⟩)² (CyCLIP, in-modal consistency).</summary>
    public static Tensor CyclicInModal(Tensor images, Tensor texts) =>
        SumOfSquares(images.matmul(images.t()) - texts.matmul(texts.t())) / LastingScalar.Of(images.size(0));

    /// <summary>L_s = CE(cos(zᵢ, z′ⱼ)/τ, diag): two dropout views of the same captions (SimCSE, arXiv 2104.08821).</summary>
    /// <param name="first">One view, [batch, width], of any length.</param>
    /// <param name="temperature">τ; 0.05 in SimCSE.</param>
    public static Tensor SentenceUnsupervised(Tensor first, Tensor second, double temperature) =>
        DiagonalCrossEntropy(Cosines(first, second) / LastingScalar.Of(temperature));

    /// <summary>L_n = CE([cos(z, z⁺), cos(z, z⁻)]/τ, diag): entailment against contradiction (supervised SimCSE).</summary>
    /// <param name="hardNegativeWeight">A logit added to each sentence's own negative; 0 by default, as in SimCSE.</param>
    public static Tensor SentenceSupervised(
        Tensor anchors, Tensor positives, Tensor negatives, double temperature, double hardNegativeWeight = 0)
    {
        var negativeLogits = Cosines(anchors, negatives) / LastingScalar.Of(temperature);
        if (hardNegativeWeight != 0)
        {
            negativeLogits = negativeLogits.Plus(
                LastingScalar.Of(hardNegativeWeight) * eye(anchors.size(0), dtype: anchors.dtype, device: anchors.device));
        }
        return DiagonalCrossEntropy(cat([Cosines(anchors, positives) / LastingScalar.Of(temperature), negativeLogits], 1));
    }

    private static Tensor Cosines(Tensor a, Tensor b) => F.normalize(a, dim: -1).matmul(F.normalize(b, dim: -1).t());

    private static Tensor SumOfSquares(Tensor x) => (x * x).sum();

    /// <summary>Cross entropy of each row against its own index.</summary>
    private static Tensor DiagonalCrossEntropy(Tensor logits) =>
        F.cross_entropy(logits, tensor([.. Enumerable.Range(0, (int)logits.size(0)).Select(i => (long)i)], device: logits.device));
}

/// <summary>The weights of the terms beside L_contra: what makes a variant.</summary>
/// <param name="CyclicCross">λ_C of L_C-cyclic, cross-modal consistency.</param>
/// <param name="CyclicInModal">λ_I of L_I-cyclic, in-modal consistency.</param>
/// <param name="SentenceUnsupervised">λ_s of L_s, SimCSE on two dropout views of the captions.</param>
/// <param name="SentenceSupervised">λ_n of L_n, supervised SimCSE on sentence triples.</param>
/// <param name="InModal">CyCLIP's option: L_contra also pulls augmented views of each modality together.</param>
public sealed record ObjectiveWeights(
    double CyclicCross = 0, double CyclicInModal = 0, double SentenceUnsupervised = 0, double SentenceSupervised = 0, bool InModal = false);

/// <summary>One step's loss by term, before weighting; 0 where the variant does not have the term.</summary>
/// <param name="Total">The weighted sum that was minimised.</param>
/// <param name="Contrastive">L_contra.</param>
/// <param name="CyclicCross">L_C-cyclic.</param>
/// <param name="CyclicInModal">L_I-cyclic.</param>
/// <param name="SentenceUnsupervised">L_s.</param>
/// <param name="SentenceSupervised">L_n.</param>
public sealed record LossTerms(
    float Total, float Contrastive, float CyclicCross, float CyclicInModal, float SentenceUnsupervised, float SentenceSupervised)
{
    /// <summary>Whether every term is a finite number.</summary>
    public bool IsFinite => float.IsFinite(Total) && float.IsFinite(Contrastive) && float.IsFinite(CyclicCross)
        && float.IsFinite(CyclicInModal) && float.IsFinite(SentenceUnsupervised) && float.IsFinite(SentenceSupervised);
}
