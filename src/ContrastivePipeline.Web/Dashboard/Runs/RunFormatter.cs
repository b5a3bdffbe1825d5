using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Api.Runs;
using ContrastivePipeline.Workflow.Runs;

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

    /// <summary>How a run is, as a badge.</summary>
    public static Markup State(RunCondition condition) => condition switch
    {
        RunCondition.Running => Badge("running", Condition(condition)),
        RunCondition.Killed => Badge("stopped", Condition(condition), "Its process ended without a word; resume it, nothing is lost."),
        RunCondition.Completed => Badge("done", Condition(condition)),
        RunCondition.Failed => Badge("failed", Condition(condition)),
        _ => Badge("stopped", Condition(condition), "It was asked to stop; resume it, nothing is lost."),
    };

    /// <summary>A stage's state as a badge.</summary>
    public static Markup State(NodeState state) => state switch
    {
        NodeState.Waiting => Badge("waiting", "waiting"),
        NodeState.Running => Badge("running", "running"),
        NodeState.Done => Badge("done", "done"),
        NodeState.Cached => Badge("done", "reused", "An earlier run did exactly this; its result was taken."),
        NodeState.Stopped => Badge("stopped", "stopped"),
        _ => Badge("failed", "failed"),
    };

    /// <summary>How long it was worked on, or has been so far; without the time between its sessions.</summary>
    public static string Elapsed(RunRecord run, bool active, DateTimeOffset now) =>
        run.RunningTime(active, now) is { } running ? TextFormatter.Duration(running) + (active && run.Finished is null ? " so far" : "") : "–";

    /// <summary>A variant's name as the paper writes it: <c>CyCLIP + Ls</c>.</summary>
    public static string Variant(string name) => Workflow.Pipeline.ReportFormatter.Title(name);

    /// <summary>A run's address.</summary>
    public static string Href(string id, string below = "", bool api = false) => $"{(api ? "/api" : "")}/runs/{Uri.EscapeDataString(id)}{below}";

    /// <summary>A version of the program without most of its commit.</summary>
    public static string Code(string version) => version.IndexOf('+') is > 0 and var at && version.Length > at + 9 ? version[..(at + 9)] : version;

    private static Markup Badge(string css, string words, string? title = null) =>
        Markup.Of($"<span class=\"state {css}\"{(title is null ? Markup.None : Markup.Of($" title=\"{title}\""))}>{words}</span>");
}
