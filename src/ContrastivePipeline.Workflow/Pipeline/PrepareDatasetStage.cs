namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Turns a source into a dataset version.</summary>
internal sealed class PrepareDatasetStage() : Stage<PrepareDatasetInput, DatasetVersion>("prepare-dataset", 3, StageResource.Cpu)
{
    public override async Task<DatasetVersion> RunAsync(
        PrepareDatasetInput input, StageContext context, CancellationToken cancellationToken)
    {
        var manifest = await new DatasetPreparer(context.Store, context.ScratchFolder)
            .PrepareAsync(input.Spec, new DataProgressReporter(context.Progress), cancellationToken);

        // What was prepared must be what the fingerprint says, or a later run would find the wrong version under it.
        if (await input.Spec.Source.SnapshotAsync(cancellationToken) != input.Snapshot)
            throw new PermanentStageException($"The source of dataset '{input.Spec.Name}' changed since the run began. Run again.");
        return await DatasetVersion.OfAsync(context.Store, manifest, cancellationToken);
    }

    protected override async Task<bool> IsThereAsync(
        StageManifest manifest, DatasetVersion output, ArtifactStore store, CancellationToken cancellationToken) =>
        await base.IsThereAsync(manifest, output, store, cancellationToken)
        && await DatasetCheck.AllPartsThereAsync(store, output.Name, output.Version, cancellationToken);

    protected override string Label(PrepareDatasetInput input) => input.Spec.Name;
}

/// <summary>Reports the progress of a preparation or refresh as that of its stage.</summary>
internal sealed class DataProgressReporter(IProgress<StageProgress> progress) : IProgress<DataProgress>
{
    public void Report(DataProgress value) => progress.Report(new StageProgress(
        value.Done,
        value.Total ?? 0,
        value.Phase switch { "read" => "rows", "merge" => "captions", "upload" => "parts", var phase => phase },
        value.Quarantined > 0 ? $"{value.Quarantined} quarantined" : ""));
}

/// <summary>Checks that a dataset version exists with all its parts, without reading them.</summary>
internal static class DatasetCheck
{
    /// <summary>False where its manifest or a part is missing or has another length: the stage then runs again.</summary>
    public static async Task<bool> AllPartsThereAsync(ArtifactStore store, string name, string version, CancellationToken cancellationToken)
    {
        DatasetManifest manifest;
        try
        {
            manifest = await new DatasetReader(store).ReadManifestAsync(name, version, cancellationToken);
        }
        catch (Exception gone) when (gone is ArtifactMissingException or ArtifactCorruptException or InvalidDataException)
        {
            return false;
        }
        return await ArtifactCheck.AllThereAsync(store, manifest.AllParts().Select(part => part.Artifact), cancellationToken);
    }
}
