namespace ContrastivePipeline.Workflow.Events;

/// <summary>Something that happened in a run.</summary>
/// <param name="At">When.</param>
public abstract record RunEvent(DateTimeOffset At);

/// <summary>A run began, or continued.</summary>
/// <param name="At">When.</param>
/// <param name="RunId">Id of the run.</param>
/// <param name="Resumed">Whether it resumes where an earlier process left it.</param>
public sealed record RunStarted(DateTimeOffset At, string RunId, bool Resumed) : RunEvent(At);

/// <summary>The workflow said how far it is.</summary>
/// <param name="At">When.</param>
/// <param name="Instance">Which workflow instance; empty for the run's own.</param>
/// <param name="Status">What it said.</param>
public sealed record WorkflowReported(DateTimeOffset At, string Instance, WorkflowStatus Status) : RunEvent(At);

/// <summary>Something about one stage.</summary>
/// <param name="At">When.</param>
/// <param name="Stage">The stage.</param>
public abstract record StageEvent(DateTimeOffset At, StageIdentity Stage) : RunEvent(At);

/// <summary>An attempt at a stage began.</summary>
/// <param name="At">When.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Attempt">1-based.</param>
public sealed record StageStarted(DateTimeOffset At, StageIdentity Stage, int Attempt) : StageEvent(At, Stage);

/// <summary>A stage was done already; its output was fetched.</summary>
/// <param name="At">When.</param>
/// <param name="Stage">The stage.</param>
public sealed record StageCached(DateTimeOffset At, StageIdentity Stage) : StageEvent(At, Stage);

/// <summary>A stage got further.</summary>
/// <param name="At">When.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Progress">How far.</param>
public sealed record StageProgressed(DateTimeOffset At, StageIdentity Stage, StageProgress Progress) : StageEvent(At, Stage);

/// <summary>A stage says something to a person.</summary>
/// <param name="At">When.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Message">What.</param>
public sealed record StageNoted(DateTimeOffset At, StageIdentity Stage, string Message) : StageEvent(At, Stage);

/// <summary>An attempt failed and another will follow.</summary>
/// <param name="At">When.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Attempt">The attempt that failed, 1-based.</param>
/// <param name="Wait">Time until the next.</param>
/// <param name="Error">Why it failed.</param>
public sealed record StageRetried(DateTimeOffset At, StageIdentity Stage, int Attempt, TimeSpan Wait, string Error)
    : StageEvent(At, Stage)
{
    /// <summary>What the attempt used.</summary>
    public StageUsage Usage { get; init; } = StageUsage.None;
}

/// <summary>An attempt ended without a word: its worker died or was taken away. Another one begins.</summary>
/// <param name="At">When that was noticed.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Attempt">The attempt that was lost, 1-based.</param>
public sealed record StageLost(DateTimeOffset At, StageIdentity Stage, int Attempt) : StageEvent(At, Stage);

/// <summary>A stage is done.</summary>
/// <param name="At">When.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Attempts">How many attempts it took.</param>
/// <param name="Elapsed">Time for which the attempt that succeeded worked, without waiting for its turn.</param>
public sealed record StageCompleted(DateTimeOffset At, StageIdentity Stage, int Attempts, TimeSpan Elapsed) : StageEvent(At, Stage)
{
    /// <summary>What the last attempt used.</summary>
    public StageUsage Usage { get; init; } = StageUsage.None;
}

/// <summary>A stage failed for good, or was stopped.</summary>
/// <param name="At">When.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Attempts">How many attempts there were.</param>
/// <param name="Error">Why.</param>
/// <param name="Interrupted">True when it was asked to stop and can resume later.</param>
public sealed record StageFailed(DateTimeOffset At, StageIdentity Stage, int Attempts, string Error, bool Interrupted)
    : StageEvent(At, Stage)
{
    /// <summary>What the last attempt used.</summary>
    public StageUsage Usage { get; init; } = StageUsage.None;
}

/// <summary>The run ended.</summary>
/// <param name="At">When.</param>
/// <param name="RunId">Id of the run.</param>
/// <param name="State">How it ended.</param>
/// <param name="Error">Why it did not complete, if it did not.</param>
public sealed record RunFinished(DateTimeOffset At, string RunId, RunState State, string? Error) : RunEvent(At);

/// <summary>The run is open and waits until other runs of its process have ended.</summary>
/// <param name="At">When.</param>
/// <param name="RunId">Id of the run.</param>
public sealed record RunQueued(DateTimeOffset At, string RunId) : RunEvent(At);

/// <summary>The run had to wait for its turn and begins its work now.</summary>
/// <param name="At">When.</param>
/// <param name="RunId">Id of the run.</param>
public sealed record RunTurnCame(DateTimeOffset At, string RunId) : RunEvent(At);

/// <summary>Something about the run, and no stage of it, is worth a line of its log.</summary>
/// <param name="At">When.</param>
/// <param name="Message">What.</param>
public sealed record RunNoted(DateTimeOffset At, string Message) : RunEvent(At);

/// <summary>Somebody asked the run to stop.</summary>
/// <param name="At">When.</param>
/// <param name="RunId">Id of the run.</param>
public sealed record RunStopRequested(DateTimeOffset At, string RunId) : RunEvent(At);

/// <summary>Another process holds the experiment, or died less than a minute ago; the run begins when it lets go.</summary>
/// <param name="At">When.</param>
/// <param name="Experiment">Name of the experiment.</param>
public sealed record RunWaiting(DateTimeOffset At, string Experiment) : RunEvent(At);
