namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>Applies a caption table to a dataset version; the new version does not become current by it.</summary>
internal sealed class RefreshCaptionsStage() : Stage<RefreshCaptionsInput, RefreshedCaptions>("refresh-captions", 1, StageResource.Cpu)
{
    public override async Task<RefreshedCaptions> RunAsync(
        RefreshCaptionsInput input, StageContext context, CancellationToken cancellationToken)
    {
        var file = Path.Combine(context.ScratchFolder, "table" + Path.GetExtension(input.FileName));
        await context.Store.DownloadAsync(input.Table, file, cancellationToken);
        var spec = new RefreshSpec(input.Dataset, input.Base, input.Mode, file, input.FileName);
        var record = await new CaptionRefresher(context.Store, context.ScratchFolder).ComputeAsync(
            spec, new DataProgressReporter(context.Progress), cancellationToken);
        // Named in the output, the manifest is looked for whenever the stage is found done: what was collected as garbage is made again.
        return new RefreshedCaptions(
            record, record.Version is { } version
                ? await DatasetVersion.FindManifestAsync(context.Store, input.Dataset, version, cancellationToken) : null);
    }

    protected override string Label(RefreshCaptionsInput input) => $"{input.Dataset}-{input.Base}";
}

/// <summary>Makes a version current, unless another one became current since the refresh began.</summary>
internal sealed class PublishVersionStage() : Stage<PublishVersionInput, PublishedVersion>("publish-version", 1, StageResource.Io)
{
    public override async Task<PublishedVersion> RunAsync(
        PublishVersionInput input, StageContext context, CancellationToken cancellationToken)
    {
        await new DatasetCatalog(context.Store, context.Time).MakeCurrentAsync(
            input.Dataset, input.Revision, input.Version, VersionChanges.Refreshed, input.Refresh, cancellationToken);
        return new PublishedVersion(input.Revision + 1);
    }

    protected override string Label(PublishVersionInput input) => $"{input.Dataset}-{input.Revision}";
}
