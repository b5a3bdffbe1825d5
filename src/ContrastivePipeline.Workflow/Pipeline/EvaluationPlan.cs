namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Holds an experiment against the data that it got, before any training begins.</summary>
internal static class EvaluationPlan
{
    /// <summary>The experiment's evaluations with every split named, the training dataset's first; a dataset on which nothing is measured
    /// is left out.</summary>
    /// <param name="datasets">The version to train on, then those of <see cref="Experiment.Others"/> in their order.</param>
    /// <exception cref="ExperimentMisfitException">The data lacks something that the experiment needs.</exception>
    public static IReadOnlyList<DatasetPlan> Resolve(Experiment experiment, IReadOnlyList<DatasetVersion> datasets)
    {
        if (experiment.Training is { } training && experiment.Variants.Any(variant => variant.IsTrained))
            CheckTraining(experiment, training, datasets[0]);
        List<DatasetPlan> plans =
        [
            new(datasets[0], Resolve(experiment.Evaluation, datasets[0], experiment.Training is not null)),
            .. (experiment.Others ?? []).Zip(datasets.Skip(1), (other, version) =>
                new DatasetPlan(version, Resolve(other.Evaluation, version, isTrained: false))),
        ];
        plans.RemoveAll(plan => plan.Plan.IsEmpty);
        return plans;
    }

    private static void CheckTraining(Experiment experiment, TrainingSection training, DatasetVersion dataset)
    {
        var batch = training.Batch;
        if (dataset.TrainingPairs < batch)
            throw Lacking(dataset, $"{dataset.TrainingPairs} training pairs, fewer than training.batch {batch}. Lower training.batch");
        var triples = training.TriplesPerStep;
        if (experiment.Variants.FirstOrDefault(v => v.Objectives.Need(ObjectiveNeeds.Triples)) is { } needy && dataset.Triples < triples)
        {
            throw Lacking(dataset, dataset.Triples == 0
                ? $"no sentence triples, which variant '{needy.Name}' needs. Leave it out"
                : $"{dataset.Triples} sentence triples, and variant '{needy.Name}' needs {triples} of them a step. Lower "
                    + "training.triples_batch (by default training.batch), or leave it out");
        }
        CheckSteps(training, dataset);
    }

    // By default every split but train; all of a dataset that has no other and is not trained on.
    private static EvaluationSection Resolve(EvaluationSection plan, DatasetVersion dataset, bool isTrained)
    {
        if (plan.IsEmpty)
            return plan;
        string[] heldOut = [.. dataset.Splits.Where(split => split != Splits.Train)];
        if (heldOut.Length == 0 && isTrained)
            throw Lacking(dataset, "no split besides train, so nothing could be measured. Give it a test_fraction or a split column");
        IReadOnlyList<string> usual = heldOut.Length > 0 ? heldOut : dataset.Splits;
        ZeroShotSection[] zeroShot = [.. plan.ZeroShot.SelectMany(one => Expand(one, usual, dataset))];
        // A number of a run has one value.
        if (zeroShot.CountBy(one => (one.Labels, one.Split)).FirstOrDefault(asked => asked.Value > 1) is { Value: > 1, Key: var twice })
        {
            throw new ExperimentMisfitException(
                $"The classes '{twice.Labels}' of dataset '{dataset.Name}' would be measured on split '{twice.Split}' twice. "
                + "Put all templates into one zero-shot classification of the experiment file.");
        }
        return new EvaluationSection(Known(plan.Retrieval ?? usual, dataset), zeroShot, Known(plan.Geometry ?? usual, dataset));
    }

    // Where the length is given in epochs, the number of steps depends on the data.
    private static void CheckSteps(TrainingSection training, DatasetVersion dataset)
    {
        if (training.Epochs is not { } epochs)
            return;
        var steps = (long)epochs * Math.Max(1, dataset.TrainingPairs / training.Batch);
        var what = $"{dataset.TrainingPairs} training pairs, of which {epochs} epochs in batches of {training.Batch} are {steps} steps";
        if (steps > int.MaxValue)
            throw Lacking(dataset, $"{what}, more than {int.MaxValue}. Lower training.epochs");
        if (training.Warmup > steps)
        {
            throw Lacking(dataset,
                $"{what}: with training.warmup {training.Warmup} no step would run at the full rate. Lower or leave out training.warmup");
        }
    }

    private static IEnumerable<ZeroShotSection> Expand(ZeroShotSection zeroShot, IReadOnlyList<string> usual, DatasetVersion dataset)
    {
        if (!dataset.LabelSets.Contains(zeroShot.Labels))
        {
            var known = dataset.LabelSets.Count == 0 ? "none" : string.Join(", ", dataset.LabelSets);
            throw Lacking(dataset, $"no class list '{zeroShot.Labels}' (it has {known}). Correct evaluation.zero_shot");
        }
        return Known(zeroShot.Split is { } split ? [split] : usual, dataset).Select(s => zeroShot with { Split = s });
    }

    private static IReadOnlyList<string> Known(IReadOnlyList<string> splits, DatasetVersion dataset) =>
        splits.FirstOrDefault(split => !dataset.Splits.Contains(split)) is { } unknown
            ? throw Lacking(dataset, $"no split '{unknown}' (it has {string.Join(", ", dataset.Splits)}). Correct evaluation")
            : splits;

    private static ExperimentMisfitException Lacking(DatasetVersion dataset, string what) =>
        new($"Dataset '{dataset.Name}' has {what} in the experiment file.");
}

/// <summary>The data lacks what an experiment needs. Found before any training; the message says what to change in the file.</summary>
public sealed class ExperimentMisfitException(string message) : Exception(message), IPermanentFailure;
