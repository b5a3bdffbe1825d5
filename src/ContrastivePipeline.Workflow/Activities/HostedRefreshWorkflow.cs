namespace ContrastivePipeline.Workflow.Activities;

/// <summary>How a caption refresh ended.</summary>
/// <param name="Refused">Why it was refused; null where it was not.</param>
/// <param name="Failure">Why it failed for good; null where it did not.</param>
public sealed record RefreshEnd(CaptionRefreshOutput? Output, FailureDetails? Refused, string? Failure = null)
{
    /// <summary>What it made, or the exception that the local host would have thrown.</summary>
    /// <param name="catalog">Gives the current version where it was changed meanwhile.</param>
    /// <exception cref="SourceException">The table cannot be read.</exception>
    /// <exception cref="RefreshConflictException">The dataset was changed meanwhile.</exception>
    /// <exception cref="StoreFullException">The store has no space left.</exception>
    /// <exception cref="PermanentStageException">It failed for good.</exception>
    public async Task<CaptionRefreshOutput> ValueAsync(DatasetCatalog catalog, string dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (Refused is not { } refused)
        {
            return Output
                ?? throw new PermanentStageException(Failure ?? $"The refresh of '{dataset}' ended without a result. Send it again.");
        }
        throw refused.Kind switch
        {
            FailureKind.Source => new SourceException(refused.Message),
            FailureKind.StoreFull => new StoreFullException(refused.Message),
            _ when await catalog.CurrentAsync(dataset, cancellationToken) is { } current =>
                new RefreshConflictException(refused.Message, current),
            _ => new DatasetNotFoundException($"Dataset '{dataset}' was deleted meanwhile."),
        };
    }
}

/// <summary>The caption refresh on a durable host: the same workflow, and a refusal as a result of its own.</summary>
public static class HostedRefreshWorkflow
{
    /// <summary>The workflow.</summary>
    public static WorkflowDefinition<CaptionRefreshInput, RefreshEnd> Main { get; } = new(CaptionRefreshWorkflow.Main.Name, RunAsync);

    private static async Task<RefreshEnd> RunAsync(IWorkflowContext context, CaptionRefreshInput input)
    {
        try
        {
            return new RefreshEnd(await CaptionRefreshWorkflow.RunAsync(context, input), null);
        }
        catch (RemoteStageException refused)
        {
            return new RefreshEnd(null, refused.Details);
        }
        catch (PermanentStageException failed)
        {
            return new RefreshEnd(null, null, failed.Message);
        }
    }
}
