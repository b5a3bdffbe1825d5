using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Reproduction;

/// <summary>Holds an experiment against the data that it got, before any training begins.</summary>
public static class EvaluationPlan
{
    /// <summary>The experiment's evaluations with every split named.</summary>
    /// <exception cref="PermanentStageException">The data lacks something that the experiment needs.</exception>
    public static EvaluationSection Resolve(Experiment experiment, DatasetVersion dataset)
    {
        var batch = experiment.Training.Batch;
        if (dataset.TrainingPairs < batch)
            throw Lacking(dataset, $"{dataset.TrainingPairs} training pairs, fewer than training.batch {batch}. Lower training.batch");
        if (dataset.Triples == 0 && experiment.Variants.FirstOrDefault(v => v.Objectives.SentenceSupervised > 0) is { } needy)
            throw Lacking(dataset, $"no sentence triples, which variant '{needy.Name}' needs. Leave it out");

        string[] heldOut = [.. dataset.Splits.Where(split => split != Splits.Train)];
        if (heldOut.Length == 0)
            throw Lacking(dataset, "no split besides train, so nothing could be measured. Give it a test_fraction or a split column");
        var plan = experiment.Evaluation;
        return new EvaluationSection(
            Known(plan.Retrieval ?? heldOut, dataset),
            [.. plan.ZeroShot.SelectMany(zeroShot => Expand(zeroShot, heldOut, dataset))],
            Known(plan.Geometry ?? heldOut, dataset));
    }

    private static IEnumerable<ZeroShotSection> Expand(ZeroShotSection zeroShot, string[] heldOut, DatasetVersion dataset)
    {
        if (!dataset.LabelSets.Contains(zeroShot.Labels))
        {
            var known = dataset.LabelSets.Count == 0 ? "none" : string.Join(", ", dataset.LabelSets);
            throw Lacking(dataset, $"no class list '{zeroShot.Labels}' (it has {known}). Correct evaluation.zero_shot");
        }
        return Known(zeroShot.Split is { } split ? [split] : heldOut, dataset).Select(s => zeroShot with { Split = s });
    }

    private static IReadOnlyList<string> Known(IReadOnlyList<string> splits, DatasetVersion dataset) =>
        splits.FirstOrDefault(split => !dataset.Splits.Contains(split)) is { } unknown
            ? throw Lacking(dataset, $"no split '{unknown}' (it has {string.Join(", ", dataset.Splits)}). Correct evaluation")
            : splits;

    private static PermanentStageException Lacking(DatasetVersion dataset, string what) =>
        new($"Dataset '{dataset.Name}' has {what} in the experiment file.");
}
