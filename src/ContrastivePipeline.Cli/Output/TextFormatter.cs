namespace ContrastivePipeline.Cli.Output;

/// <summary>Formats numbers and times as text.</summary>
internal static class TextFormatter
{
    /// <summary><c>0.4 s</c>, <c>12 s</c>, <c>3 min 05 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Duration(TimeSpan time) => DurationText.Of(time);

    /// <summary>With a separator between thousands: <c>12,345</c>.</summary>
    public static string Count(long number) => number.ToString("N0");

    /// <summary><c>120 of 400 steps</c>, or <c>120 steps</c> where the total is not known.</summary>
    public static string Amount(StageProgress progress) => progress.Total > 0
        ? $"{Count(progress.Done)} of {Count(progress.Total)} {progress.Unit}"
        : $"{Count(progress.Done)} {progress.Unit}";

    /// <summary><c>9.8 steps/s</c>; below one per second, the time of one: <c>1.4 s each</c>.</summary>
    public static string Rate(double perSecond, string unit) => perSecond switch
    {
        >= 99.5 => $"{Count((long)Math.Round(perSecond))} {unit}/s",
        >= 0.95 => $"{perSecond:0.0} {unit}/s",
        _ => $"{Duration(TimeSpan.FromSeconds(1 / perSecond))} each",
    };

    /// <summary><c>1.2 GB</c>, <c>340 MB</c>; 1 GB is 10⁹ bytes.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1_000_000_000 => $"{bytes / 1e9:0.0} GB",
        >= 1_000_000 => $"{bytes / 1e6:0} MB",
        >= 1_000 => $"{bytes / 1e3:0} kB",
        _ => $"{bytes} B",
    };
}

/// <summary>Formats the state and times of a run as text.</summary>
internal static class RunTextFormatter
{
    /// <summary>The state; a run that is recorded as running but has no process was killed.</summary>
    public static string State(RunRecord run, bool active) => run.State switch
    {
        RunState.Running => active ? "running" : "killed",
        RunState.Completed => "completed",
        RunState.Failed => "failed",
        _ => "interrupted",
    };

    /// <summary>The running time without the time between sessions; empty where it is not known.</summary>
    public static string Elapsed(RunRecord run, bool active, TimeProvider time) =>
        run.RunningTime(active, time.GetUtcNow()) is { } running ? TextFormatter.Duration(running) : "";

    /// <summary>The start in local time.</summary>
    public static string Started(RunRecord run, TimeProvider time) =>
        $"{TimeZoneInfo.ConvertTime(run.Started, time.LocalTimeZone):yyyy-MM-dd HH:mm:ss}";
}
