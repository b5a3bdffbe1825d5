namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>Runs and their stages in words.</summary>
internal static class RunFormatter
{
    /// <summary>How a run is, in a word.</summary>
    public static string Condition(RunCondition condition) => condition switch
    {
        RunCondition.Running => "running",
        RunCondition.Killed => "stopped",
        RunCondition.Completed => "completed",
        RunCondition.Failed => "failed",
        _ => "interrupted",
    };

    /// <summary>How long it was worked on, or has been so far; without the time between its sessions.</summary>
    public static string Elapsed(RunRecord run, bool active, DateTimeOffset now) =>
        run.RunningTime(active, now) is { } running ? Format.Duration(running) + (active && run.Finished is null ? " so far" : "") : "–";

    /// <summary>A variant's name as the paper writes it: <c>CyCLIP + Ls</c>.</summary>
    public static string Variant(string name) => Workflow.Pipeline.ReportFormatter.Title(name);

    /// <summary>A version of the program without most of its commit.</summary>
    public static string Code(string version) =>
        version.IndexOf('+') is > 0 and var at && version.Length > at + 9 ? version[..(at + 9)] : version;
}
