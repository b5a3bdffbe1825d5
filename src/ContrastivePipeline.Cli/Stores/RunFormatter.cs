using ContrastivePipeline.Cli.Output;
using ContrastivePipeline.Workflow.Events;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Cli.Stores;

/// <summary>How a run is, for people.</summary>
internal static class RunFormatter
{
    /// <summary>Its state; a run that should be running and has no process was killed.</summary>
    public static string State(RunRecord run, bool active) => run.State switch
    {
        RunState.Running => active ? "running" : "killed",
        RunState.Completed => "completed",
        RunState.Failed => "failed",
        _ => "interrupted",
    };

    /// <summary>How long it was worked on, without the time between its sessions.</summary>
    public static string Elapsed(RunRecord run, bool active, TimeProvider time) =>
        run.RunningTime(active, time.GetUtcNow()) is { } running ? TextFormatter.Duration(running) : "";

    /// <summary>Its start in local time.</summary>
    public static string Started(RunRecord run, TimeProvider time) =>
        $"{TimeZoneInfo.ConvertTime(run.Started, time.LocalTimeZone):yyyy-MM-dd HH:mm:ss}";
}
