namespace ContrastivePipeline.Workflow.Runs;

/// <summary>A line of a run's log.</summary>
/// <param name="Stage">The stage that it is about, as <c>train (clip-seed-1)</c>; empty for the run as a whole.</param>
public sealed record RunLogLine(DateTimeOffset At, string Stage, string Text)
{
    /// <summary>What an event is to a person, or null where it is not worth a line.</summary>
    public static RunLogLine? Of(RunEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return TextOf(happened) is { } text
            ? new RunLogLine(happened.At, happened is StageEvent stage ? stage.Stage.ToString() : "", text)
            : null;
    }

    /// <summary>The line without its time.</summary>
    public override string ToString() => Stage.Length > 0 ? $"{Stage}: {Text}" : Text;

    private static string? TextOf(RunEvent happened) => happened switch
    {
        RunWaiting waiting => $"Another process works on experiment '{waiting.Experiment}', or died a moment ago; waiting for it",
        RunStarted started => $"Run {started.RunId} {(started.Resumed ? "resumes where it stopped" : "started")}",
        RunQueued queued => $"Run {queued.RunId} waits for other runs of this process to end",
        RunNoted noted => noted.Message,
        RunStopRequested => "Asked to stop at the next checkpoint",
        StageCached => "done already",
        StageStarted { Attempt: 1 } => "started",
        StageStarted started => $"attempt {started.Attempt} started",
        StageNoted noted => noted.Message,
        StageRetried retried => $"attempt {retried.Attempt} failed, next in {DurationText.Of(retried.Wait)}: {retried.Error}",
        StageLost lost => $"attempt {lost.Attempt} was lost with its worker, which died or was taken away; this is no failure of the stage",
        StageCompleted completed => $"done in {DurationText.Of(completed.Elapsed)}",
        StageFailed { Interrupted: true } => "stopped, can resume",
        StageFailed failed => $"failed: {failed.Error}",
        RunFinished { State: RunState.Completed } finished => $"Run {finished.RunId} completed",
        RunFinished { State: RunState.Interrupted } finished => $"Run {finished.RunId} interrupted",
        RunFinished finished => $"Run {finished.RunId} failed",
        _ => null,
    };
}

/// <summary>Lengths of time for people.</summary>
public static class DurationText
{
    /// <summary><c>0.4 s</c>, <c>12 s</c>, <c>3 min 05 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 9.95 } => $"{Math.Max(0, time.TotalSeconds):0.0} s",
        { TotalSeconds: < 59.5 } => $"{time.TotalSeconds:0} s",
        { TotalSeconds: < 3599.5 } => Minutes((int)Math.Round(time.TotalSeconds)),
        _ => $"{(long)time.TotalHours} h {time.Minutes:00} min",
    };

    private static string Minutes(int seconds) => $"{seconds / 60} min {seconds % 60:00} s";
}
