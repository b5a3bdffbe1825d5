namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>Applies a caption table to a dataset version; the new version does not become current by it.</summary>
public sealed class RefreshCaptionsStage() : Stage<RefreshCaptionsInput, RefreshedCaptions>("refresh-captions", 1, StageResource.Cpu)
{
    /// <inheritdoc/>
    public override async Task<RefreshedCaptions> RunAsync(RefreshCaptionsInput input, StageContext context, CancellationToken cancellationToken)
    {
        var file = Path.Combine(context.ScratchFolder, "table" + Path.GetExtension(input.FileName));
        await context.Store.DownloadAsync(input.Table, file, cancellationToken);
        var spec = new RefreshSpec(input.Dataset, input.Base, input.Mode, file, input.FileName);
        var record = await new CaptionRefresher(context.Store, context.ScratchFolder).ComputeAsync(
            spec, new RefreshProgress(context.Progress), cancellationToken);
        return new RefreshedCaptions(
            record, record.Version is { } version ? await FindAsync(context.Store, DatasetPaths.Manifest(input.Dataset, version), cancellationToken) : null);
    }

    /// <inheritdoc/>
    protected override string Label(RefreshCaptionsInput input) => $"{input.Dataset}-{input.Base}";

    // Named in the output, the manifest is looked for whenever the stage is found done: what was collected as garbage is made again.
    private static async Task<Artifact> FindAsync(ArtifactStore store, string path, CancellationToken cancellationToken) =>
        await store.ListAsync(path, cancellationToken).FirstOrDefaultAsync(blob => blob.Path == path, cancellationToken)
            ?? throw new ArtifactMissingException($"'{path}' was written and is gone. Run again.");
}
