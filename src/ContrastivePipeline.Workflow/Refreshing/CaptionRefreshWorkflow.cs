namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>A caption refresh: make the new version, then make it current.</summary>
public static class CaptionRefreshWorkflow
{
    /// <summary>The workflow.</summary>
    public static WorkflowDefinition<CaptionRefreshInput, CaptionRefreshOutput> Main { get; } = new("caption-refresh", RunAsync);

    /// <summary>Captions to a version.</summary>
    public static StageReference<RefreshCaptionsInput, RefreshedCaptions> Refresh { get; } = new("refresh-captions");

    /// <summary>A version to the current one.</summary>
    public static StageReference<PublishVersionInput, PublishedVersion> Publish { get; } = new("publish-version");

    /// <summary>The stages that it calls.</summary>
    public static IReadOnlyList<Stage> Stages => [new RefreshCaptionsStage(), new PublishVersionStage()];

    internal static async Task<CaptionRefreshOutput> RunAsync(IWorkflowContext context, CaptionRefreshInput input)
    {
        context.Report(new WorkflowStatus("comparing captions", 0, 2));
        var refreshed = await context.CallAsync(Refresh, input.Captions);
        if (refreshed.Record.Version is not { } version)
            return new CaptionRefreshOutput(refreshed.Record, input.Revision);

        context.Report(new WorkflowStatus("publishing", 1, 2));
        var published = await context.CallAsync(
            Publish, new PublishVersionInput(input.Captions.Dataset, version, refreshed.Record.Id, input.Revision));
        context.Report(new WorkflowStatus("done", 2, 2));
        return new CaptionRefreshOutput(refreshed.Record, published.Revision);
    }
}

/// <summary>Input of the workflow <c>caption-refresh</c>.</summary>
/// <param name="Revision">Revision of the dataset's current version that the refresh is based on.</param>
public sealed record CaptionRefreshInput(RefreshCaptionsInput Captions, long Revision);

/// <summary>Output of the workflow <c>caption-refresh</c>.</summary>
/// <param name="Revision">Revision of the dataset's current version after it.</param>
public sealed record CaptionRefreshOutput(RefreshRecord Record, long Revision);

/// <summary>Input of <c>refresh-captions</c>.</summary>
public sealed record RefreshCaptionsInput(string Dataset, string Base, RefreshMode Mode, Artifact Table, string FileName);

/// <summary>Output of <c>refresh-captions</c>.</summary>
/// <param name="Manifest">The version that it made; null where no caption changed.</param>
public sealed record RefreshedCaptions(RefreshRecord Record, Artifact? Manifest);

/// <summary>Input of <c>publish-version</c>.</summary>
/// <param name="Revision">The revision that it follows: another one is another publication, and so never found done.</param>
public sealed record PublishVersionInput(string Dataset, string Version, string Refresh, long Revision);

/// <summary>Output of <c>publish-version</c>.</summary>
public sealed record PublishedVersion(long Revision);
