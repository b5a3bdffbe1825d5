using static TorchSharp.torch.utils;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Training curves as they lie in the store.</summary>
internal static class StoredCurves
{
    /// <summary>Points of a curve at most, a few more where segments end between: curves of millions of steps must fit in memory.</summary>
    public const int MostPoints = 10_000;

    /// <summary>Reads the curve of a variant and seed; terms that the variant does not have are left out.</summary>
    /// <param name="parts">A part a segment, in the order of the steps.</param>
    /// <returns>A point a step, or, of longer trainings, a point for so many steps: their means, at the last of them.</returns>
    public static async Task<TrainingCurve> ReadAsync(
        ArtifactStore store, string variant, TrainingRecipe recipe, IEnumerable<Artifact> parts, CancellationToken cancellationToken)
    {
        var stepsAPoint = (recipe.Schedule.TotalSteps + MostPoints - 1) / MostPoints;
        var points = new List<CurvePoint>();
        foreach (var part in parts)
        {
            var steps = await Tables.Curve.ReadAllAsync(store, part, cancellationToken);
            points.AddRange(Thin(steps, recipe, stepsAPoint));
        }
        return new TrainingCurve(variant, checked((int)recipe.Seed), points);
    }

    /// <summary>Means of so many steps each; a point a step where that is one.</summary>
    internal static IEnumerable<CurvePoint> Thin(IEnumerable<StepRecord> steps, TrainingRecipe recipe, long stepsAPoint)
    {
        string[] terms = [.. recipe.Objectives.Terms.Select(term => term.Objective.Key)];
        return steps.GroupBy(step => step.Step / stepsAPoint).Select(group => new CurvePoint(
            group.Max(s => s.Step) + 1, group.Average(s => (double)s.Losses.Total),
            terms.ToDictionary(term => term, term => group.Average(s => (double)s.Losses[term])),
            group.Average(s => s.LearningRate), group.Average(s => Math.Exp(s.LogitScale))));
    }
}

/// <summary>Curves as TensorBoard reads them.</summary>
internal static class TensorBoardEvents
{
    public static async Task<Artifact> WriteAsync(
        StageContext context, string label, IReadOnlyList<StepRecord> curve, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(context.ScratchFolder, "tensorboard");
        var writer = tensorboard.SummaryWriter(folder, createRunName: false);
        foreach (var step in curve)
        {
            var n = checked((int)step.Step);
            writer.add_scalar("loss/total", step.Losses.Total, n);
            foreach (var (objective, loss) in step.Losses.ByObjective)
                writer.add_scalar($"loss/{objective}", loss, n);
            writer.add_scalar("learning-rate", (float)step.LearningRate, n);
            writer.add_scalar("logit-scale", step.LogitScale, n);
        }
        var file = Directory.GetFiles(folder).Single();
        // TensorBoard takes files whose name begins so; they hold the time of writing, and no later stage reads them.
        return await context.WriteAsync(
            $"events.out.tfevents.{label}", "", await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken);
    }
}
