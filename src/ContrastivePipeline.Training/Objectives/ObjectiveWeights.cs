namespace ContrastivePipeline.Training.Objectives;

/// <summary>The weights of the terms beside L_contra: what makes a variant.</summary>
/// <param name="CyclicCross">λ_C of L_C-cyclic, cross-modal consistency.</param>
/// <param name="CyclicInModal">λ_I of L_I-cyclic, in-modal consistency.</param>
/// <param name="SentenceUnsupervised">λ_s of L_s, SimCSE on two dropout views of the captions.</param>
/// <param name="SentenceSupervised">λ_n of L_n, supervised SimCSE on sentence triples.</param>
/// <param name="InModal">CyCLIP's option: L_contra also pulls augmented views of each modality together.</param>
public sealed record ObjectiveWeights(
    double CyclicCross = 0, double CyclicInModal = 0, double SentenceUnsupervised = 0, double SentenceSupervised = 0, bool InModal = false);
