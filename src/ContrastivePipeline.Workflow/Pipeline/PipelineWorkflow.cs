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
    public static WorkflowDefinition<TrainingInput, TrainedVariant> Training { get; } = new("training", TrainSegmentsAsync);

    /// <summary>The seed of what is not trained here.</summary>
    internal const int NoSeed = 0;

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
        var tokenizer = experiment.Tokenizer is null ? null : await context.CallAsync(
            PipelineStages.Tokenizer,
            new TokenizerInput(experiment.Tokenizer, experiment.Tokenizer is TrainedTokenizerSection ? dataset : null));

        var triples = EvaluationPlan.TriplesOf(experiment, datasets);
        var trials = await RunTrialsAsync(context, experiment, dataset, triples, tokenizer, plans);

        context.Report(new WorkflowStatus("writing the report", 0, 1));
        var report = await context.CallAsync(
            PipelineStages.Report, new ReportInput(context.RunId, experiment, input.Yaml, dataset, tokenizer, trials) { Triples = triples });
        context.Report(new WorkflowStatus("done", 1, 1));
        return new PipelineOutput(dataset, tokenizer, trials, report);
    }

    private static async Task<TrialResult[]> RunTrialsAsync(
        IWorkflowContext context, Experiment experiment, DatasetVersion dataset, DatasetVersion? triples, PreparedTokenizer? tokenizer,
        IReadOnlyList<DatasetPlan> plans)
    {
        // Seeds outside: a complete comparison of the first seed is there before the second begins.
        (VariantSection Variant, int Seed)[] trials =
        [
            .. (experiment.Training?.Seeds ?? []).SelectMany(
                seed => experiment.Variants.Where(variant => variant.IsTrained).Select(variant => (variant, seed))),
            .. experiment.Variants.Where(variant => !variant.IsTrained).Select(variant => (variant, NoSeed)),
        ];
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
            var (variant, seed) = trial;
            var input = !variant.IsTrained
                ? new TrialInput(variant.Name, null, dataset, null, 0, 0, plans) { Weights = variant.Weights, Embeddings = variant.Embeddings }
                : new TrialInput(
                    variant.Name, Recipes.Of(experiment, variant, seed, dataset, tokenizer!), dataset, tokenizer,
                    experiment.Training!.Segment, experiment.Training.CheckpointSeconds, plans)
                {
                    From = variant.From,
                    Triples = variant.Objectives.Need(ObjectiveNeeds.Triples) ? triples : null,
                };
            var result = await context.CallWorkflowAsync(Trial.Reference, input, $"{variant.Name}-seed-{seed}");
            context.Report(new WorkflowStatus("training", ++done, trials.Length));
            return result;
        }
    }

    private static async Task<TrialResult> RunTrialAsync(IWorkflowContext context, TrialInput input)
    {
        var model = input switch
        {
            { Embeddings: not null } => null,
            { Weights: { } weights } => await ImportAsync(context, input.Variant, weights),
            _ => await TrainAsync(context, input),
        };
        var seed = model?.Seed ?? NoSeed;
        var evaluated = new List<EvaluatedDataset>();
        foreach (var (dataset, plan) in input.Plans)
        {
            var embedded = model is not null ? await EmbedAsync(context, model, dataset, plan)
                : await context.CallAsync(
                    PipelineStages.MatchEmbeddings,
                    new MatchEmbeddingsInput(input.Variant, input.Embeddings!, dataset, SplitsOf(plan), PromptsOf(plan))
                    {
                        Sentences = plan.Sentences,
                    });
            var measured = await context.CallAsync(
                PipelineStages.Evaluate, new EvaluateInput(input.Variant, seed, dataset, embedded, plan));
            evaluated.Add(new EvaluatedDataset(dataset, embedded, measured.Measurements, measured.Splits));
        }
        return new TrialResult(input.Variant, seed, model?.Recipe, model?.Checkpoint, model?.Curves ?? [], evaluated)
        {
            Imported = model?.Imported,
        };
    }

    private static string[] SplitsOf(EvaluationSection plan) =>
    [
        .. plan.Retrieval!.Concat(plan.Geometry!).Concat(plan.ZeroShot.Select(z => z.Split!)).Distinct().Order(StringComparer.Ordinal),
    ];

    private static ZeroShotPrompts[] PromptsOf(EvaluationSection plan) =>
    [
        .. plan.ZeroShot.GroupBy(z => (z.Labels, string.Join('\n', z.Templates)))
        .Select(g => new ZeroShotPrompts(g.Key.Labels, g.First().Templates)),
    ];

    private static async Task<ReadyModel> ImportAsync(IWorkflowContext context, string variant, WeightsSection weights)
    {
        var imported = await context.CallAsync(PipelineStages.ImportWeights, new ImportWeightsInput(variant, weights));
        return new ReadyModel(variant, NoSeed, null, imported.Tokenizer, imported.Weights, []) { Imported = imported.Model };
    }

    private static async Task<ReadyModel> TrainAsync(IWorkflowContext context, TrialInput input)
    {
        var (recipe, tokenizer) = (input.Recipe!, input.Tokenizer!);
        Artifact? start = null;
        if (input.From is { } from)
        {
            var imported = await context.CallAsync(PipelineStages.ImportWeights, new ImportWeightsInput(input.Variant, from));
            // The sizes and the tokenizer are those of the weights; dropout is a matter of training.
            var text = imported.Model.Text with { Dropout = recipe.Model.Text.Dropout };
            (recipe, tokenizer, start) = (recipe with { Model = imported.Model with { Text = text } }, imported.Tokenizer, imported.Weights);
        }
        var (checkpoint, curves) = await context.CallWorkflowAsync(
            Training.Reference,
            new TrainingInput(input.Variant, recipe, input.Dataset, tokenizer, input.Segment, input.CheckpointSeconds, 0, null, [])
            {
                Start = start,
                Triples = input.Triples,
            },
            "");
        return new ReadyModel(input.Variant, checked((int)recipe.Seed), recipe, tokenizer, checkpoint, curves);
    }

    // A stage for each split and each list of prompts: another evaluation of a finished run embeds only what is new.
    private static async Task<EmbeddedTrial> EmbedAsync(
        IWorkflowContext context, ReadyModel model, DatasetVersion dataset, EvaluationSection plan)
    {
        var embed = new EmbedInput(model.Variant, model.Recipe, dataset, model.Tokenizer, model.Checkpoint, [], []) { Imported = model.Imported };
        var (media, classes) = (new List<EmbeddedSplit>(), new List<EmbeddedClasses>());
        foreach (var split in SplitsOf(plan))
            media.AddRange((await context.CallAsync(PipelineStages.Embed, embed with { Splits = [split] })).Splits);
        foreach (var one in PromptsOf(plan))
            classes.AddRange((await context.CallAsync(PipelineStages.Embed, embed with { ZeroShot = [one] })).Classes);
        var sentences = new List<EmbeddedSentences>();
        foreach (var split in plan.Sentences ?? [])
            sentences.AddRange((await context.CallAsync(PipelineStages.Embed, embed with { Sentences = [split] })).Sentences!);
        return new EmbeddedTrial(media, classes) { Sentences = plan.Sentences is null ? null : sentences };
    }

    private static async Task<TrainedVariant> TrainSegmentsAsync(IWorkflowContext context, TrainingInput input)
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
                input.Variant, input.Recipe, input.Dataset, input.Tokenizer, from, to, checkpoint, input.CheckpointSeconds)
            {
                Start = checkpoint is null ? input.Start : null,
                Triples = input.Triples,
            });
            checkpoint = segment.Checkpoint;
            curves.Add(segment.Curve);
        }
        return new TrainedVariant(checkpoint!, curves);
    }
}

/// <summary>A model that is ready to embed.</summary>
/// <param name="Recipe">What it was trained by; null where it was not trained here.</param>
internal sealed record ReadyModel(
    string Variant, int Seed, TrainingRecipe? Recipe, PreparedTokenizer Tokenizer, Artifact Checkpoint, IReadOnlyList<Artifact> Curves)
{
    /// <summary>Sizes of a model that was not trained here.</summary>
    public ModelConfig? Imported { get; init; }
}

/// <summary>The stages that the reproduction calls.</summary>
public static class PipelineStages
{
    /// <summary>Source to dataset version.</summary>
    public static StageReference<PrepareDatasetInput, DatasetVersion> PrepareDataset { get; } = new("prepare-dataset");

    /// <summary>Captions to a vocabulary.</summary>
    public static StageReference<TokenizerInput, PreparedTokenizer> Tokenizer { get; } = new("tokenizer");

    /// <summary>Published weights to a model of the store.</summary>
    public static StageReference<ImportWeightsInput, ImportedModel> ImportWeights { get; } = new("import-weights");

    /// <summary>Embeddings of another program to those of a dataset.</summary>
    public static StageReference<MatchEmbeddingsInput, EmbeddedTrial> MatchEmbeddings { get; } = new("match-embeddings");

    /// <summary>A segment of training.</summary>
    public static StageReference<TrainSegmentInput, TrainedSegment> Train { get; } = new("train");

    /// <summary>Media, captions and prompts to embeddings.</summary>
    public static StageReference<EmbedInput, EmbeddedTrial> Embed { get; } = new("embed");

    /// <summary>Embeddings to numbers.</summary>
    public static StageReference<EvaluateInput, EvaluatedTrial> Evaluate { get; } = new("evaluate");

    /// <summary>Numbers to a report.</summary>
    public static StageReference<ReportInput, WrittenReport> Report { get; } = new("report");
}
