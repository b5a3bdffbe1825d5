namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>Makes a version current, if nobody has made another one current since the refresh looked.</summary>
public sealed class PublishVersionStage() : Stage<PublishVersionInput, PublishedVersion>("publish-version", 1, StageResource.Io)
{
    /// <inheritdoc/>
    public override async Task<PublishedVersion> RunAsync(PublishVersionInput input, StageContext context, CancellationToken cancellationToken)
    {
        await new DatasetCatalog(context.Store, context.Time).MakeCurrentAsync(
            input.Dataset, input.Revision, input.Version, VersionChanges.Refreshed, input.Refresh, cancellationToken);
        return new PublishedVersion(input.Revision + 1);
    }

    /// <inheritdoc/>
    protected override string Label(PublishVersionInput input) => $"{input.Dataset}-{input.Revision}";
}
