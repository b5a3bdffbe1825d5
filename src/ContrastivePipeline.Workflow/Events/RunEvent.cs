namespace ContrastivePipeline.Workflow.Events;

/// <summary>Something that happened in a run.</summary>
public abstract record RunEvent(DateTimeOffset At);

/// <summary>A run began, or continued.</summary>
public sealed record RunStarted(DateTimeOffset At, string RunId, bool Resumed) : RunEvent(At);

/// <summary>The workflow said how far it is.</summary>
/// <param name="Instance">Which workflow instance; empty for the run's own.</param>
public sealed record WorkflowReported(DateTimeOffset At, string Instance, WorkflowStatus Status) : RunEvent(At);

/// <summary>Something about one stage.</summary>
public abstract record StageEvent(DateTimeOffset At, StageIdentity Stage) : RunEvent(At);

/// <summary>An attempt at a stage began.</summary>
/// <param name="Attempt">1-based.</param>
public sealed record StageStarted(DateTimeOffset At, StageIdentity Stage, int Attempt) : StageEvent(At, Stage);

/// <summary>A stage was done already; its output was fetched.</summary>
public sealed record StageCached(DateTimeOffset At, StageIdentity Stage) : StageEvent(At, Stage);

/// <summary>A stage got further.</summary>
public sealed record StageProgressed(DateTimeOffset At, StageIdentity Stage, StageProgress Progress) : StageEvent(At, Stage);

/// <summary>A stage says something to a person.</summary>
public sealed record StageNoted(DateTimeOffset At, StageIdentity Stage, string Message) : StageEvent(At, Stage);

/// <summary>An attempt failed and another will follow.</summary>
/// <param name="Attempt">The attempt that failed, 1-based.</param>
public sealed record StageRetried(DateTimeOffset At, StageIdentity Stage, int Attempt, TimeSpan Wait, string Error)
    : StageEvent(At, Stage)
{
    /// <summary>What the attempt used.</summary>
    public StageUsage Usage { get; init; } = StageUsage.None;
}

/// <summary>An attempt ended without a report: its worker died or was taken away. Another one begins.</summary>
/// <param name="Attempt">The attempt that was lost, 1-based.</param>
public sealed record StageLost(DateTimeOffset At, StageIdentity Stage, int Attempt) : StageEvent(At, Stage);

/// <summary>A stage is done.</summary>
/// <param name="Elapsed">Time for which the attempt that succeeded worked, without waiting for its turn.</param>
public sealed record StageCompleted(DateTimeOffset At, StageIdentity Stage, int Attempts, TimeSpan Elapsed) : StageEvent(At, Stage)
{
    /// <summary>What the last attempt used.</summary>
    public StageUsage Usage { get; init; } = StageUsage.None;
}

/// <summary>A stage failed for good, or was stopped.</summary>
/// <param name="Interrupted">True when it was asked to stop and can resume later.</param>
public sealed record StageFailed(DateTimeOffset At, StageIdentity Stage, int Attempts, string Error, bool Interrupted)
    : StageEvent(At, Stage)
{
    /// <summary>What the last attempt used.</summary>
    public StageUsage Usage { get; init; } = StageUsage.None;
}

/// <summary>The run ended.</summary>
public sealed record RunFinished(DateTimeOffset At, string RunId, RunState State, string? Error) : RunEvent(At);

/// <summary>The run is open and waits until other runs of its process have ended.</summary>
public sealed record RunQueued(DateTimeOffset At, string RunId) : RunEvent(At);

/// <summary>The run had to wait for its turn and begins its work now.</summary>
public sealed record RunTurnCame(DateTimeOffset At, string RunId) : RunEvent(At);

/// <summary>Something about the run, and no stage of it, is worth a line of its log.</summary>
public sealed record RunNoted(DateTimeOffset At, string Message) : RunEvent(At);

/// <summary>The run was asked to stop.</summary>
public sealed record RunStopRequested(DateTimeOffset At, string RunId) : RunEvent(At);

/// <summary>Another process holds the experiment, or died less than a minute ago; the run begins when it lets go.</summary>
public sealed record RunWaiting(DateTimeOffset At, string Experiment) : RunEvent(At);

/// <summary>Where a run is in its life.</summary>
public enum RunState
{
    /// <summary>A process works on it, or died while it did.</summary>
    Running,

    /// <summary>All is done.</summary>
    Completed,

    /// <summary>A stage failed for good; the same command tries again.</summary>
    Failed,

    /// <summary>It was asked to stop; the same command resumes.</summary>
    Interrupted,
}
