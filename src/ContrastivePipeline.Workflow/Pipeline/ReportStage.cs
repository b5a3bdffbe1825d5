using System.Text;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>report</c>.</summary>
/// <param name="RunId">The run that it reports; its record has times and machines.</param>
/// <param name="Tokenizer">That of the trained variants; null where none is trained.</param>
public sealed record ReportInput(
    string RunId,
    Experiment Experiment,
    [property: NotInFingerprint] string Yaml,
    DatasetVersion Dataset,
    PreparedTokenizer? Tokenizer,
    IReadOnlyList<TrialResult> Trials)
{
    /// <inheritdoc cref="TrialInput.Triples"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DatasetVersion? Triples { get; init; }

    /// <summary>The zero-shot classifications of a dataset.</summary>
    internal IReadOnlyList<ZeroShotSection> ZeroShotOf(string dataset) => dataset == Dataset.Name
        ? Experiment.Evaluation.ZeroShot
        : (Experiment.Others ?? []).Single(other => other.Name == dataset).Evaluation.ZeroShot;

    /// <summary>The dataset versions that the trials were trained and evaluated on, the training set first.</summary>
    internal IReadOnlyList<DatasetVersion> Datasets =>
    [
        .. Trials[0].Evaluated.Select(evaluated => evaluated.Dataset).Prepend(Dataset).Concat(Triples is null ? [] : [Triples])
            .DistinctBy(version => version.Manifest),
    ];
}

/// <summary>A report.</summary>
/// <param name="Costs">What the results cost, a row for each name of stage; null in reports of older programs.</param>
public sealed record WrittenReport(Artifact Html, Artifact Csv, Artifact Json, Artifact? Costs = null);

/// <summary>Turns what a run left in the store into a report: one page, and every number as CSV and JSON.</summary>
internal sealed class ReportStage() : Stage<ReportInput, WrittenReport>("report", 6, StageResource.Cpu)
{
    private const int QuarantinedExamples = 5;

    public override async Task<WrittenReport> RunAsync(ReportInput input, StageContext context, CancellationToken cancellationToken)
    {
        var data = await GatherAsync(input, context, cancellationToken);
        context.Progress.Report(new StageProgress(1, 2, "parts", "drawing"));
        Task<Artifact> Write(string name, string extension, string content) =>
            context.WriteAsync(name, extension, Encoding.UTF8.GetBytes(content), cancellationToken);
        return new WrittenReport(
            await Write("report", ".html", await HtmlReport.RenderAsync(data)),
            await Write("results", ".csv", ResultsFiles.Csv(data.Measurements)),
            await Write("results", ".json", ResultsFiles.Json(data.Measurements)),
            await Write("costs", ".csv", CostsFile.Csv(data.Costs)));
    }

    protected override string Label(ReportInput input) => input.RunId;

    private static async Task<ReportData> GatherAsync(ReportInput input, StageContext context, CancellationToken cancellationToken)
    {
        var (store, reader) = (context.Store, new DatasetReader(context.Store));
        context.Progress.Report(new StageProgress(0, 2, "parts", "reading what was measured"));
        var (manifests, datasets) = (new List<DatasetManifest>(), new List<ReportedDataset>());
        foreach (var version in input.Datasets)
        {
            manifests.Add(await reader.ReadManifestAsync(version.Name, version.Version, cancellationToken));
            datasets.Add(await DescribeAsync(reader, manifests[^1], cancellationToken));
        }
        var run = await new RunStore(store).GetAsync(input.RunId, cancellationToken);
        var variants = ReportFormatter.Variants(input.Experiment);
        var stages = await ReportedStage.ReadAsync(store, input, cancellationToken);

        var measurements = new List<Measurement>();
        var curves = new List<TrainingCurve>();
        foreach (var trial in input.Trials)
        {
            foreach (var evaluated in trial.Evaluated)
                measurements.AddRange(await EvaluateStage.ReadAsync(store, evaluated.Measurements, cancellationToken));
            if (trial.Recipe is { } recipe)
                curves.Add(await StoredCurves.ReadAsync(store, trial.Variant, recipe, trial.Curves, cancellationToken));
        }
        var observations = await ReportObservations.GatherAsync(store, manifests, input, variants, measurements, cancellationToken);
        return new ReportData(
            ReportFormatter.Experiment(input, run, ReportedStage.Durations(stages), context.Time.GetUtcNow()),
            datasets,
            input.Trials[0].Model is { } model ? ReportFormatter.Model(model) : new ModelSummary([new("embeddings", "computed by another program")], []),
            ReportFormatter.Training([.. input.Trials.Select(trial => trial.Recipe).OfType<TrainingRecipe>()], input.Dataset, input.Triples), variants,
            measurements)
        {
            Objectives = ReportFormatter.Objectives,
            Costs = RunCosts.Of(stages.Select(stage => stage.Manifest)),
            Curves = curves,
            Differences = observations.Differences,
            ClassCounts = observations.ClassCounts,
            Similarities = observations.Similarities,
            Maps = observations.Maps,
            Examples = observations.Examples,
        };
    }

    private static async Task<ReportedDataset> DescribeAsync(
        DatasetReader reader, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        var isEmoji = EmojiSourceSpec.IsSourceOf(manifest.LabelSets);
        return ReportedDataset.From(manifest) with
        {
            SplitTitles = isEmoji ? ReportFormatter.SplitTitles : new Dictionary<string, string>(),
            QuarantinedExamples = await reader.ReadQuarantineAsync(manifest, cancellationToken).Take(QuarantinedExamples)
                .ToListAsync(cancellationToken),
            RepeatedTexts = await reader.FindRepeatedTextsAsync(manifest, cancellationToken),
            Copies = await reader.FindCopiesAsync(manifest, cancellationToken),
            Attributions = isEmoji ? EmojiSourceSpec.Attributions : [],
        };
    }
}
