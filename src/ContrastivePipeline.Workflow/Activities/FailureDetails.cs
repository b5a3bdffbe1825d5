namespace ContrastivePipeline.Workflow.Activities;

/// <summary>What kind of failure, for whoever can do something about it.</summary>
public enum FailureKind
{
    /// <summary>What was given cannot be read: <see cref="SourceException"/>.</summary>
    Source,

    /// <summary>A dataset was changed meanwhile: <see cref="RefreshConflictException"/>.</summary>
    Conflict,

    /// <summary>The store has no space left: <see cref="StoreFullException"/>.</summary>
    StoreFull,
}

/// <summary>A failure that its cause has words for, and not the stage that met it. It survives a history, in which exceptions lose their types.</summary>
public sealed record FailureDetails(FailureKind Kind, string Message)
{
    /// <summary>That of an exception; null for all others.</summary>
    public static FailureDetails? Of(Exception fault) => fault switch
    {
        SourceException => new FailureDetails(FailureKind.Source, fault.Message),
        RefreshConflictException => new FailureDetails(FailureKind.Conflict, fault.Message),
        StoreFullException => new FailureDetails(FailureKind.StoreFull, fault.Message),
        _ => null,
    };
}

/// <summary>A stage on a durable host failed for good, for a reason that whoever asked should hear in its own words.</summary>
public sealed class RemoteStageException(string message, FailureDetails details) : Exception(message), Stages.IPermanentFailure
{
    /// <summary>As whoever asked should hear it.</summary>
    public FailureDetails Details { get; } = details;
}
