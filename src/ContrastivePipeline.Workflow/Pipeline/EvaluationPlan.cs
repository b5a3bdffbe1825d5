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
            CheckTraining(experiment, training, datasets[0], TriplesOf(experiment, datasets) ?? datasets[0]);
        List<DatasetPlan> plans =
        [
            new(datasets[0], Resolve(experiment.Evaluation, datasets[0], experiment.Training is not null)),
            .. (experiment.Others ?? []).Zip(datasets.Skip(1), (other, version) =>
                new DatasetPlan(version, Resolve(other.Evaluation, version, isTrained: false))),
        ];
        plans.RemoveAll(plan => plan.Plan.IsEmpty);
        return plans;
    }

    /// <summary>The version that the experiment names for sentence triples; null where they are those of what is trained on.</summary>
    /// <param name="datasets">The version to train on, then those of <see cref="Experiment.Others"/> in their order.</param>
    public static DatasetVersion? TriplesOf(Experiment experiment, IReadOnlyList<DatasetVersion> datasets) =>
        (experiment.Others ?? []).Index().Where(other => other.Item.Name == experiment.Training?.Triples)
        .Select(other => datasets[other.Index + 1]).FirstOrDefault();

    private static void CheckTraining(Experiment experiment, TrainingSection training, DatasetVersion dataset, DatasetVersion triplesOf)
    {
        var batch = training.Batch;
        if (dataset.TrainingPairs < batch)
        {
            throw Lacking(dataset, $"{dataset.TrainingPairs} training {(dataset.IsOfTexts ? "sentences" : "pairs")}, fewer than training.batch "
                + $"{batch}. Lower training.batch");
        }
        var triples = training.TriplesPerStep;
        if (experiment.Variants.FirstOrDefault(v => v.Objectives.Need(ObjectiveNeeds.Triples)) is { } needy && triplesOf.Triples < triples)
        {
            throw Lacking(triplesOf, triplesOf.Triples == 0
                ? $"no sentence triples, which variant '{needy.Name}' needs. Name a dataset that has them with training.triples, or leave it out"
                : $"{triplesOf.Triples} sentence triples, and variant '{needy.Name}' needs {triples} of them a step. Lower "
                    + "training.triples_batch (by default training.batch), or leave it out");
        }
        CheckSteps(training, dataset);
    }

    // By default every split but train; all of a dataset that has no other and is not trained on.
    private static EvaluationSection Resolve(EvaluationSection plan, DatasetVersion dataset, bool isTrained)
    {
        if (dataset.IsOfTexts)
            return ResolveTexts(plan, dataset);
        if (plan.Sentences is { Count: > 0 })
            throw Lacking(dataset, "no sentence pairs with scores. Leave out sentences");
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
        return new EvaluationSection(Named(plan.Retrieval, usual, dataset), zeroShot, Named(plan.Geometry, usual, dataset));
    }

    private static EvaluationSection ResolveTexts(EvaluationSection plan, DatasetVersion dataset)
    {
        if (plan is { ZeroShot.Count: > 0 } or { Retrieval.Count: > 0 } or { Geometry.Count: > 0 })
            throw Lacking(dataset, "texts alone, and no media. Leave out retrieval, geometry and zero_shot");
        if (dataset.SentencePairs == 0 && plan.Sentences is { Count: > 0 })
            throw Lacking(dataset, "no sentence pairs with scores. Leave out sentences");
        string[] heldOut = [.. dataset.Splits.Where(split => split != Splits.Train)];
        IReadOnlyList<string> usual = heldOut.Length > 0 ? heldOut : dataset.Splits;
        return new EvaluationSection([], [], []) { Sentences = dataset.SentencePairs == 0 ? null : Named(plan.Sentences, usual, dataset) };
    }

    private static IReadOnlyList<string> Named(IReadOnlyList<string>? splits, IReadOnlyList<string> usual, DatasetVersion dataset) =>
        splits is null or [EvaluationSection.EverySplit] ? usual : Known(splits, dataset);

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
