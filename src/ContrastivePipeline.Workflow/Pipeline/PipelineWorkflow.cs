namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>The reproduction: prepare the data, make a tokenizer, then train, embed and evaluate every variant with every seed, and report.
/// </summary>
public static class PipelineWorkflow
{
    /// <summary>The whole.</summary>
    public static WorkflowDefinition<PipelineInput, PipelineOutput> Main { get; } = new("reproduction", RunAsync);

    /// <summary>One variant with one seed.</summary>
    public static WorkflowDefinition<TrialInput, TrialResult> Trial { get; } = new("trial", RunTrialAsync);

    /// <summary>The training of one variant with one seed, segment after segment.</summary>
    public static WorkflowDefinition<TrainingInput, TrainedVariant> Training { get; } = new("training", TrainAsync);

    // A history is read whole at every step of a durable host; this many segments keep it short.
    private const int SegmentsPerHistory = 16;

    internal static async Task<PipelineOutput> RunAsync(IWorkflowContext context, PipelineInput input)
    {
        var experiment = input.Experiment;
        context.Report(new WorkflowStatus("preparing data", 0, 1));
        var datasets = new List<DatasetVersion>();
        foreach (var request in input.Datasets)
            datasets.Add(request.Stored ?? await context.CallAsync(PipelineStages.PrepareDataset, request.Prepare!));
        var dataset = datasets[0];
        var plans = EvaluationPlan.Resolve(experiment, datasets);
        var captions = experiment.Tokenizer is TrainedTokenizerSection ? dataset : null;
        var tokenizer = await context.CallAsync(PipelineStages.Tokenizer, new TokenizerInput(experiment.Tokenizer, captions));

        var trials = await RunTrialsAsync(context, experiment, dataset, tokenizer, plans);

        context.Report(new WorkflowStatus("writing the report", 0, 1));
        var report = await context.CallAsync(
            PipelineStages.Report, new ReportInput(context.RunId, experiment, input.Yaml, dataset, tokenizer, trials));
        context.Report(new WorkflowStatus("done", 1, 1));
        return new PipelineOutput(dataset, tokenizer, trials, report);
    }

    private static async Task<TrialResult[]> RunTrialsAsync(
        IWorkflowContext context, Experiment experiment, DatasetVersion dataset, PreparedTokenizer tokenizer, IReadOnlyList<DatasetPlan> plans)
    {
        // Seeds outside: a complete comparison of the first seed is there before the second begins.
        var trials = experiment.Training.Seeds.SelectMany(seed => experiment.Variants.Select(variant => (variant, seed))).ToArray();
        var results = new TrialResult[trials.Length];
        var (next, done, failed) = (0, 0, false);
        context.Report(new WorkflowStatus("training", done, trials.Length));
        await Task.WhenAll(Enumerable.Range(0, Math.Min(context.ChildrenAtOnce, trials.Length)).Select(_ => RunWorkerAsync()));
        return results;

        // One trial after the other, beside those of other workers. After a failure the run fails whatever the rest does: nothing more is begun.
        async Task RunWorkerAsync()
        {
            while (next < trials.Length && !failed)
            {
                var trial = next++;
                try
                {
                    results[trial] = await RunAsync(trials[trial]);
                }
                catch
                {
                    failed = true;
                    throw;
                }
            }
        }

        async Task<TrialResult> RunAsync((VariantSection Variant, int Seed) trial)
        {
            var recipe = Recipes.Of(experiment, trial.Variant, trial.Seed, dataset, tokenizer);
            var training = experiment.Training;
            var input = new TrialInput(
                trial.Variant.Name, recipe, dataset, tokenizer, training.Segment, training.CheckpointSeconds, plans);
            var result = await context.CallWorkflowAsync(Trial.Reference, input, $"{trial.Variant.Name}-seed-{trial.Seed}");
            context.Report(new WorkflowStatus("training", ++done, trials.Length));
            return result;
        }
    }

    private static async Task<TrialResult> RunTrialAsync(IWorkflowContext context, TrialInput input)
    {
        var (checkpoint, curves) = await context.CallWorkflowAsync(
            Training.Reference,
            new TrainingInput(
                input.Variant, input.Recipe, input.Dataset, input.Tokenizer, input.Segment, input.CheckpointSeconds, 0, null, []),
            "");
        var seed = checked((int)input.Recipe.Seed);
        var evaluated = new List<EvaluatedDataset>();
        foreach (var (dataset, plan) in input.Plans)
        {
            var embedded = await EmbedAsync(context, input, checkpoint, dataset, plan);
            var measured = await context.CallAsync(
                PipelineStages.Evaluate, new EvaluateInput(input.Variant, seed, dataset, embedded, plan));
            evaluated.Add(new EvaluatedDataset(dataset, embedded, measured.Measurements));
        }
        return new TrialResult(input.Variant, seed, input.Recipe, checkpoint, curves, evaluated);
    }

    // A stage for each split and each list of prompts: another evaluation of a finished run embeds only what is new.
    private static async Task<EmbeddedTrial> EmbedAsync(
        IWorkflowContext context, TrialInput input, Artifact checkpoint, DatasetVersion dataset, EvaluationSection plan)
    {
        string[] splits =
        [
            .. plan.Retrieval!.Concat(plan.Geometry!).Concat(plan.ZeroShot.Select(z => z.Split!)).Distinct().Order(StringComparer.Ordinal),
        ];
        ZeroShotPrompts[] prompts =
        [
            .. plan.ZeroShot.GroupBy(z => (z.Labels, string.Join('\n', z.Templates)))
            .Select(g => new ZeroShotPrompts(g.Key.Labels, g.First().Templates)),
        ];
        var embed = new EmbedInput(input.Variant, input.Recipe, dataset, input.Tokenizer, checkpoint, [], []);
        var (media, classes) = (new List<EmbeddedSplit>(), new List<EmbeddedClasses>());
        foreach (var split in splits)
            media.AddRange((await context.CallAsync(PipelineStages.Embed, embed with { Splits = [split] })).Splits);
        foreach (var one in prompts)
            classes.AddRange((await context.CallAsync(PipelineStages.Embed, embed with { ZeroShot = [one] })).Classes);
        return new EmbeddedTrial(media, classes);
    }

    private static async Task<TrainedVariant> TrainAsync(IWorkflowContext context, TrainingInput input)
    {
        var checkpoint = input.Checkpoint;
        var curves = input.Curves.ToList();
        var total = input.Recipe.Schedule.TotalSteps;
        var segments = 0;
        for (var from = input.From; from < total; from += input.Segment)
        {
            if (segments++ == SegmentsPerHistory)
            {
                return await context.ContinueAsync(
                    Training.Reference, input with { From = from, Checkpoint = checkpoint, Curves = curves });
            }
            var to = Math.Min(from + input.Segment, total);
            context.Report(new WorkflowStatus("training", from, total));
            var segment = await context.CallAsync(PipelineStages.Train, new TrainSegmentInput(
                input.Variant, input.Recipe, input.Dataset, input.Tokenizer, from, to, checkpoint, input.CheckpointSeconds));
            checkpoint = segment.Checkpoint;
            curves.Add(segment.Curve);
        }
        return new TrainedVariant(checkpoint!, curves);
    }
}

/// <summary>The stages that the reproduction calls.</summary>
public static class PipelineStages
{
    /// <summary>Source to dataset version.</summary>
    public static StageReference<PrepareDatasetInput, DatasetVersion> PrepareDataset { get; } = new("prepare-dataset");

    /// <summary>Captions to a vocabulary.</summary>
    public static StageReference<TokenizerInput, PreparedTokenizer> Tokenizer { get; } = new("tokenizer");

    /// <summary>A segment of training.</summary>
    public static StageReference<TrainSegmentInput, TrainedSegment> Train { get; } = new("train");

    /// <summary>Images, captions and prompts to embeddings.</summary>
    public static StageReference<EmbedInput, EmbeddedTrial> Embed { get; } = new("embed");

    /// <summary>Embeddings to numbers.</summary>
    public static StageReference<EvaluateInput, EvaluatedTrial> Evaluate { get; } = new("evaluate");

    /// <summary>Numbers to a report.</summary>
    public static StageReference<ReportInput, WrittenReport> Report { get; } = new("report");
}
