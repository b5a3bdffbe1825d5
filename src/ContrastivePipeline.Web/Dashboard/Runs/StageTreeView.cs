using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>The stage tree as nested lists that open and close.</summary>
internal static class StageTreeView
{
    /// <summary>The tree.</summary>
    /// <param name="tree">Its root, which itself is not shown.</param>
    /// <param name="active">Whether the run is running: then the parts running are open.</param>
    /// <param name="now">The time.</param>
    public static Markup Write(StageNode tree, bool active, DateTimeOffset now)
    {
        var html = new HtmlWriter();
        html.Write($"<section aria-labelledby=\"stages-title\" id=\"stages\"><h2 id=\"stages-title\">Stages</h2>\n<ul class=\"tree\">\n");
        foreach (var child in tree.Children)
            WriteNode(html, child, active, now);
        html.Write($"</ul></section>\n");
        return html.ToMarkup();
    }

    private static void WriteNode(HtmlWriter html, StageNode node, bool active, DateTimeOffset now)
    {
        if (node.Children.Count == 0)
        {
            html.Write($"<li id=\"{node.Id}\"><div class=\"stage\">{Line(node, now)}</div>{Trouble(node)}</li>\n");
            return;
        }
        var open = node.State is NodeState.Failed || (active && node.State == NodeState.Running);
        html.Write($"<li><details id=\"{node.Id}\"{new Markup(open ? " open=\"open\"" : "")}><summary><span class=\"stage\">{Line(node, now)}</span></summary>\n<ul>\n");
        foreach (var child in node.Children)
            WriteNode(html, child, active, now);
        html.Write($"</ul></details></li>\n");
    }

    private static Markup Line(StageNode node, DateTimeOffset now) =>
        Markup.Of($"<span class=\"name\">{TextFormatter.WithSubscripts(node.Title)}</span> {RunFormatter.State(node.State)} <span class=\"how\">{How(node, now)}</span>");

    private static string How(StageNode node, DateTimeOffset now)
    {
        if (node.Children.Count > 0)
            return node.DoneStages == node.Stages ? Took(node) : $"{node.DoneStages} of {node.Stages}";
        var parts = new List<string>();
        if (node.State is NodeState.Running or NodeState.Stopped && node.Stage?.Progress is { } progress)
            parts.Add(Amount(progress));
        if (node is { State: NodeState.Running, Stage.Started: { } began })
            parts.Add($"for {TextFormatter.Duration(now - began)}");
        else if (Took(node) is { Length: > 0 } took)
            parts.Add(took);
        if (node.Stage is { Attempts: > 1 } retried)
            parts.Add($"attempt {retried.Attempts}");
        return string.Join(" · ", parts);
    }

    private static string Took(StageNode node) => node.Work > TimeSpan.Zero ? TextFormatter.Duration(node.Work) : "";

    private static string Amount(StageProgress progress)
    {
        var amount = progress.Total > 0
            ? $"{TextFormatter.Count(progress.Done)} of {TextFormatter.Count(progress.Total)} {progress.Unit}"
            : $"{TextFormatter.Count(progress.Done)} {progress.Unit}";
        return progress.Message.Length > 0 ? $"{amount}, {progress.Message}" : amount;
    }

    private static Markup Trouble(StageNode node) => node.Stage?.Error is { } error
        ? Markup.Of($"<p class=\"trouble\">{(node.State == NodeState.Failed ? "" : "An attempt failed: ")}{error}</p>")
        : Markup.None;
}
