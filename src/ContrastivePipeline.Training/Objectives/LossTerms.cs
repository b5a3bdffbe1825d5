namespace ContrastivePipeline.Training.Objectives;

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
