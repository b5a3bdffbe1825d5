using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>The end of a run's log.</summary>
internal static class LogView
{
    /// <summary>The lines, the latest at the end, in a box that scrolls.</summary>
    public static Markup Write(RunRecord run)
    {
        if (run.Log.Count == 0)
            return Markup.None;
        return Markup.Of($"""
            <section aria-labelledby="log-title" id="log-section"><h2 id="log-title">Log</h2>
            <div class="log" id="log" tabindex="0" role="log" aria-live="off" aria-labelledby="log-title"><ol>{Markup.Join(run.Log.Select(Line))}</ol></div>
            <p class="quiet"><small>The last {Show.Counted(run.Log.Count, "line")}; times in your time zone.</small></p></section>

            """);
    }

    private static Markup Line(RunLogLine line) =>
        Markup.Of($"<li>{Show.Clock(line.At)} {(line.Stage.Length > 0 ? Markup.Of($"<b>{line.Stage}</b> ") : Markup.None)}{line.Text}</li>");
}
