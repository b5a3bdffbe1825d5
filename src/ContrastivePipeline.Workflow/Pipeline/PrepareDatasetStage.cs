namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Turns a source into a dataset version.</summary>
public sealed class PrepareDatasetStage() : Stage<PrepareDatasetInput, DatasetVersion>("prepare-dataset", 2, StageResource.Cpu)
{
    /// <inheritdoc/>
    public override async Task<DatasetVersion> RunAsync(
        PrepareDatasetInput input, StageContext context, CancellationToken cancellationToken)
    {
        var manifest = await new DatasetPreparer(context.Store, context.ScratchFolder).PrepareAsync(input.Spec, new Reporter(context), cancellationToken);

        // What was prepared must be what the fingerprint says, or a later run would find the wrong version under it.
        if (await input.Spec.Source.SnapshotAsync(cancellationToken) != input.Snapshot)
            throw new PermanentStageException($"The source of dataset '{input.Spec.Name}' changed since the run began. Run again.");
        return await DatasetVersion.OfAsync(context.Store, manifest, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<bool> IsThereAsync(
        StageManifest manifest, DatasetVersion output, ArtifactStore store, CancellationToken cancellationToken) =>
        await base.IsThereAsync(manifest, output, store, cancellationToken)
        && await DatasetCheck.AllPartsThereAsync(store, output.Name, output.Version, cancellationToken);

    /// <inheritdoc/>
    protected override string Label(PrepareDatasetInput input) => input.Spec.Name;

    private sealed class Reporter(StageContext context) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => context.Progress.Report(new StageProgress(
            value.Done,
            value.Total ?? 0,
            value.Phase switch { "read" => "rows", "upload" => "parts", var phase => phase },
            value.Quarantined > 0 ? $"{value.Quarantined} quarantined" : ""));
    }
}
