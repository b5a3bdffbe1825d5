using System.Text.Json;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>Puts the account of a chain of stages together.</summary>
internal sealed class LineageChain(ArtifactStore store, RunRecord run, RunArtifacts artifacts, IReadOnlyList<RunManifests.Done> stages)
{
    /// <summary>Which family of metrics a metric is computed with: <c>retrieval</c>, <c>geometry</c>, <c>sentences</c>,
    /// <c>zero-shot/{labels}</c>.</summary>
    public static string FamilyOf(string metric) =>
        metric.Split('/') is ["zero-shot", var labels, ..] ? $"zero-shot/{labels}" : metric.Split('/')[0];

    public async Task<Lineage> OfAsync(Measurement number, EvaluateInput input, CancellationToken cancellationToken)
    {
        var definition = MetricCatalogue.Find(number.Metric);
        var address = MeasurementAddress.Of(number, run.TrainedDataset()).ToString();
        var shown = new NumberLineage(
            address, number.Variant, number.Seed, number.Metric, definition?.Title ?? number.Metric,
            definition?.Explanation ?? "", number.Formula, FormulaCatalogue.Find(number.Formula), number.Split, number.N, number.Value);
        return await AccountAsync(shown, null, SourcesOf(number, input),
        [
            new($"contrastive explain {address} --run {run.Id} --recompute",
                "computes it again from the stored embeddings, to the last bit"),
        ], cancellationToken);
    }

    public async Task<Lineage> OfAsync(RunArtifact artifact, RunManifests.Done? maker, CancellationToken cancellationToken)
    {
        var sources = maker is null ? [] : NamedArtifacts.In(maker.Manifest.Input).Select(named => named.Artifact.Path);
        return await AccountAsync(null, artifact, sources,
        [
            new($"contrastive pull {run.Id} --to DIR --only '{artifact.Name}'", "fetches it and checks its SHA-256"),
        ], cancellationToken);
    }

    private async Task<Lineage> AccountAsync(
        NumberLineage? number, RunArtifact? artifact, IEnumerable<string> sources, LineageCommand[] commands,
        CancellationToken cancellationToken)
    {
        var model = Model();
        var tokenizer = stages.LastOrDefault(stage => stage.Stage.Name == PipelineStages.Tokenizer.Name) is { } made
            ? artifacts.Find(WorkflowJson.FromElement<PreparedTokenizer>(made.Manifest.Output).Vocabulary.Path) : null;
        return new Lineage(
            run.Id, run.Experiment, number, artifact, [.. sources.Distinct().Select(artifacts.Find).OfType<RunArtifact>()],
            model, tokenizer,
            await DatasetAsync(cancellationToken), Settings(model), [.. stages.Select(Describe)], [.. commands, Fresh()]);
    }

    private static IEnumerable<string> SourcesOf(Measurement number, EvaluateInput input)
    {
        if (number.Metric.StartsWith("sentences/", StringComparison.Ordinal))
            return [input.Embedded.Sentences!.Single(s => s.Split == number.Split).Sentences.Path];
        var split = input.Embedded.Splits.Single(s => s.Split == number.Split);
        if (number.Metric.Split('/') is not ["zero-shot", var labels, ..])
            return [split.Media.Path, split.Captions.Path];
        return [split.Media.Path, .. input.Embedded.Classes.Where(c => c.Prompts.Labels == labels).Select(c => c.Classes.Path)];
    }

    /// <summary>The one model that the chain trained; null where it trained none, or, for a report, several.</summary>
    private ModelLineage? Model()
    {
        var segments = stages.Where(stage => stage.Stage.Name == PipelineStages.Train.Name)
            .Select(stage => (Input: WorkflowJson.FromElement<TrainSegmentInput>(stage.Manifest.Input),
                Output: WorkflowJson.FromElement<TrainedSegment>(stage.Manifest.Output)))
            .OrderBy(segment => segment.Input.From).ToArray();
        if (segments.Select(segment => (segment.Input.Variant, segment.Input.Recipe.Seed)).Distinct().Count() != 1)
            return null;
        var (input, output) = segments[^1];
        return new ModelLineage(
            input.Variant, input.Recipe.Seed, input.To, artifacts.Find(output.Checkpoint.Path)!, input.Recipe.Fingerprint(),
            [.. segments.Select(s => new SegmentLineage(s.Input.From, s.Input.To, artifacts.Find(s.Output.Checkpoint.Path)!))]);
    }

    private async Task<DatasetLineage?> DatasetAsync(CancellationToken cancellationToken)
    {
        var values = stages.SelectMany(stage => new[] { stage.Manifest.Output, stage.Manifest.Input }).Append(run.Input);
        if (values.SelectMany(RunArtifacts.DatasetsIn).FirstOrDefault() is not { } dataset)
            return null;
        var manifest = await new DatasetReader(store).ReadManifestAsync(dataset.Name, dataset.Version, cancellationToken);
        return new DatasetLineage(
            dataset.Name, dataset.Version, dataset.Manifest.Path, manifest.Accounting,
            [.. manifest.Tables.SelectMany(table => Parts(table.Name, table.Parts))],
            await RefreshesAsync(manifest, cancellationToken));
    }

    private static IEnumerable<PartLineage> Parts(string table, IReadOnlyList<DatasetPart> parts) =>
        parts.Select(part => new PartLineage(table, part.Artifact.Path, part.Rows, part.Artifact.Sha256));

    private async Task<IReadOnlyList<RefreshLineage>> RefreshesAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        var chain = new List<RefreshLineage>();
        if (manifest.Refresh is not { } origin)
            return chain;
        var all = await new DatasetCatalog(store).RefreshesAsync(manifest.Name, cancellationToken);
        for (var made = all.FirstOrDefault(r => r.Record.Id == origin.Refresh); made is not null;
            made = all.FirstOrDefault(r => r.Record.Version == chain[^1].Base))
        {
            var record = made.Record;
            chain.Add(new RefreshLineage(
                record.Id, record.Base, record.Version!, JsonNamingPolicy.KebabCaseLower.ConvertName(record.Mode.ToString()),
                record.FileName,
                record.FileSha256, made.At));
        }
        return chain;
    }

    private LineageSetting[] Settings(ModelLineage? model) =>
    [
        .. ExperimentDifference.SettingsOf(WorkflowJson.FromElement<PipelineInput>(run.Input).Experiment)
            .Where(setting => model is null || !setting.Key.StartsWith("variants[", StringComparison.Ordinal)
                || setting.Key.StartsWith($"variants[{model.Variant}]", StringComparison.Ordinal))
            .Select(setting => new LineageSetting(setting.Key, setting.Value)),
    ];

    private static LineageStage Describe(RunManifests.Done done) => new(
        done.Manifest.Name, done.Stage.Label, done.Manifest.Version, done.Manifest.Fingerprint, done.Stage.Manifest,
        done.Manifest.CodeVersion,
        done.Manifest.Machine, done.Manifest.Started, done.Manifest.Finished, done.Manifest.Attempt, done.Stage.Cached);

    private LineageCommand Fresh()
    {
        var stored = WorkflowJson.FromElement<PipelineInput>(run.Input).Stored;
        return new LineageCommand(
            $"contrastive run {run.Experiment}{(stored is null ? "" : $" --dataset {stored.Name}@{stored.Version}")} --fresh",
            "does the whole experiment again, nothing taken from the cache");
    }
}
