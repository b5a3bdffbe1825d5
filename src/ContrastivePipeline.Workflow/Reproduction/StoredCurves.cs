using ContrastivePipeline.Reporting;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Workflow.Reproduction;

/// <summary>Training curves as they lie in the store.</summary>
internal static class StoredCurves
{
    /// <summary>Reads the curve of a variant and seed; terms that the variant has not are left out.</summary>
    /// <param name="store">The store.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="seed">The training seed.</param>
    /// <param name="terms">The variant's objectives.</param>
    /// <param name="parts">A part a segment, in the order of the steps.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<TrainingCurve> ReadAsync(
        ArtifactStore store, string variant, int seed, Training.Objectives.ObjectiveWeights terms, IEnumerable<Artifact> parts,
        CancellationToken cancellationToken)
    {
        var points = new List<CurvePoint>();
        foreach (var part in parts)
        {
            points.AddRange((await Tables.Curve.ReadAllAsync(store, part, cancellationToken)).Select(s => new CurvePoint(
                s.Step + 1, s.Losses.Total, s.Losses.Contrastive,
                terms.CyclicCross > 0 ? s.Losses.CyclicCross : null, terms.CyclicInModal > 0 ? s.Losses.CyclicInModal : null,
                terms.SentenceUnsupervised > 0 ? s.Losses.SentenceUnsupervised : null,
                terms.SentenceSupervised > 0 ? s.Losses.SentenceSupervised : null, s.LearningRate, Math.Exp(s.LogitScale))));
        }
        return new TrainingCurve(variant, seed, points);
    }
}
