namespace ContrastivePipeline.Workflow.Results;

/// <summary>What the stages of a run have made so far, read from their manifests: a run need not be complete.</summary>
public sealed class RunProducts(ArtifactStore store, RunRecord run)
{
    /// <summary>The experiment's variants, in its order.</summary>
    public IReadOnlyList<string> Variants =>
        [.. WorkflowJson.FromElement<PipelineInput>(run.Input).Experiment.Variants.Select(variant => variant.Name)];

    /// <summary>Every number measured so far, in the experiment's order of seeds and variants.</summary>
    /// <exception cref="ArtifactMissingException">Some measured numbers are gone; an incomplete list is never returned.</exception>
    public Task<IReadOnlyList<Measurement>> ReadMeasurementsAsync(CancellationToken cancellationToken) =>
        ReadMeasurementsAsync(gone => throw new ArtifactMissingException(gone), cancellationToken);

    /// <summary>Every number measured so far that the store still has, in the experiment's order of seeds and variants.</summary>
    /// <param name="gone">Takes messages about what is missing.</param>
    public async Task<IReadOnlyList<Measurement>> ReadMeasurementsAsync(Action<string> gone, CancellationToken cancellationToken)
    {
        var measurements = new List<Measurement>();
        foreach (var manifest in await ReadAsync(PipelineStages.Evaluate.Name, gone, cancellationToken))
        {
            var evaluated = WorkflowJson.FromElement<EvaluatedTrial>(manifest.Output);
            try
            {
                measurements.AddRange(await EvaluateStage.ReadAsync(store, evaluated.Measurements, cancellationToken));
            }
            catch (StoreException fault) when (fault is ArtifactMissingException or ArtifactCorruptException)
            {
                gone(fault.Message);
            }
        }
        var variants = Variants.ToList();
        return [.. measurements.OrderBy(m => m.Seed).ThenBy(m => variants.IndexOf(m.Variant))];
    }

    /// <summary>Every model trained and embedded with so far that the store still has, with its data, tokenizer and checkpoint.</summary>
    public async Task<IReadOnlyList<EmbedInput>> ReadModelsAsync(CancellationToken cancellationToken) =>
        [.. (await ReadAsync(PipelineStages.Embed.Name, _ => { }, cancellationToken))
            .Select(manifest => WorkflowJson.FromElement<EmbedInput>(manifest.Input)).DistinctBy(model => (model.Variant, model.Seed))];

    /// <summary>The report.</summary>
    /// <exception cref="ResultMissingException">The report has not been written yet.</exception>
    /// <exception cref="ArtifactMissingException">It was written, and its manifest is gone.</exception>
    public async Task<WrittenReport> ReadReportAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(PipelineStages.Report.Name, gone => throw new ArtifactMissingException(gone), cancellationToken))
            .Select(manifest => WorkflowJson.FromElement<WrittenReport>(manifest.Output)).LastOrDefault()
        ?? throw new ResultMissingException($"Run '{run.Id}' has no report yet. The 'contrastive run' command that began it continues; "
            + "'contrastive results' shows what was measured so far.");

    private async Task<IReadOnlyList<StageManifest>> ReadAsync(string name, Action<string> gone, CancellationToken cancellationToken)
    {
        var done = await RunManifests.ReadAsync(
            store, run, stage => stage.Name == name, stage => gone(RunManifests.Gone(stage)), cancellationToken);
        return [.. done.Select(stage => stage.Manifest)];
    }
}

/// <summary>What the recorded input of a run says.</summary>
internal static class RunInputs
{
    /// <summary>Name of the dataset that a run trained on.</summary>
    public static string TrainedDataset(this RunRecord run)
    {
        var input = WorkflowJson.FromElement<PipelineInput>(run.Input);
        return input.Stored?.Name ?? input.Experiment.Dataset.Name;
    }
}

/// <summary>A run does not have, or not yet have, what was asked for. The message lists what it has.</summary>
public sealed class ResultMissingException(string message) : Exception(message);
