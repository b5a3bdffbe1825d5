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
