using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Api.Runs;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Events;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>What the list of runs is narrowed to.</summary>
/// <param name="Experiment">Only runs of this experiment; empty for all.</param>
/// <param name="State">Only runs in this state; null for all.</param>
/// <param name="Page">Which fifty of them, from 1.</param>
internal sealed record RunFilter(string Experiment = "", RunCondition? State = null, int Page = 1)
{
    /// <summary>Runs of one page.</summary>
    public const int Length = 50;

    /// <summary>The filter as the query of an address.</summary>
    public string Query => $"experiment={Show.Segment(Experiment)}&state={State?.ToString().ToLowerInvariant()}&page={Page}";

    /// <summary>Whether a run passes.</summary>
    public bool Takes(RunLine line) => (Experiment.Length == 0 || line.Run.Experiment == Experiment) && (State is null || line.Condition == State);
}

/// <summary>The first page: every run, and the form that starts one.</summary>
internal static class RunsPage
{
    /// <summary>The page.</summary>
    /// <param name="runs">All runs, the latest first.</param>
    /// <param name="filter">Which of them to show.</param>
    /// <param name="start">The form that starts a run; empty where none can be started here.</param>
    /// <param name="now">The time.</param>
    /// <param name="unreadable">Paths of records that cannot be read; null for none.</param>
    public static Page Write(
        IReadOnlyList<RunLine> runs, RunFilter filter, Markup start, DateTimeOffset now, IReadOnlyList<string>? unreadable = null) => new(
        "Runs", Area.Runs, Markup.Of($"""
            {Unreadable(unreadable ?? [])}
            {(runs.Count == 0 ? NoRuns(start.Html.Length > 0) : List(runs, filter, now))}
            {(start.Html.Length == 0 ? Markup.None : Markup.Of($"<section aria-labelledby=\"start\"><h2 id=\"start\">Start a run</h2>\n{start}</section>"))}
            """));

    /// <summary>The list alone, which the page fetches again while a run is running.</summary>
    public static Markup Rows(IReadOnlyList<RunLine> runs, RunFilter filter, DateTimeOffset now)
    {
        var all = runs.Where(filter.Takes).ToList();
        var shown = all.Skip((filter.Page - 1) * RunFilter.Length).Take(RunFilter.Length).ToList();
        if (shown.Count == 0)
            return Show.Empty(new Markup("<p>No run passes this filter. <a href=\"/\">Show all runs</a>.</p>"));
        var html = new HtmlWriter();
        html.Write($"""
            <table class="stack words" role="table">
            <caption>{(shown.Count < all.Count ? $"{shown.Count} of " : "")}{Show.Counted(all.Count, "run")}, the latest first</caption>
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader"><span class="hidden">Choose to compare</span></th><th scope="col" role="columnheader">Run</th><th scope="col" role="columnheader">State</th><th scope="col" role="columnheader">Progress</th><th scope="col" role="columnheader">Started</th><th scope="col" role="columnheader">Took</th></tr></thead>
            <tbody role="rowgroup">

            """);
        foreach (var line in shown)
            WriteRow(html, line, now);
        html.Write($"</tbody></table>\n");
        if (shown.Count < all.Count)
            html.Write(Pages(filter, all.Count));
        return html.ToMarkup();
    }

    private static Markup Unreadable(IReadOnlyList<string> paths) => paths.Count == 0 ? Markup.None : Markup.Of($"""
        <div class="note warn"><p><strong>{Show.Counted(paths.Count, "record")} of runs cannot be read</strong> and {(paths.Count == 1 ? "is" : "are")} not in the list:
        {Markup.Join(paths.Select(p => Markup.Of($"<code>{p}</code>")), ", ")}. Restore from a backup, or delete, what is damaged.</p></div>
        """);

    private static Markup Pages(RunFilter filter, int runs)
    {
        Markup To(int page, string title) => page < 1 || (page - 1) * RunFilter.Length >= runs
            ? Markup.None
            : Markup.Of($"<a class=\"button second\" href=\"/?{(filter with { Page = page }).Query}\">{title}</a>");
        return Markup.Of($"<nav class=\"actions\" aria-label=\"Pages\">{To(filter.Page - 1, "Later runs")}{To(filter.Page + 1, "Earlier runs")}</nav>\n");
    }

    private static Markup NoRuns(bool canStart) => Show.Empty(new Markup(!canStart
        ? "<p><strong>No run yet.</strong> This server only shows runs (<code>--no-runs</code>); <code>contrastive run</code> starts them.</p>"
        : "<p><strong>No run yet.</strong> Start one below: <em>smoke</em> takes about a minute and shows every part of this page, "
        + "<em>demo</em> takes a quarter of an hour and answers the question in small.</p>"));

    private static Markup List(IReadOnlyList<RunLine> runs, RunFilter filter, DateTimeOffset now)
    {
        var every = runs.Any(r => r.Active) ? 2 : 15;
        return Markup.Of($"""
            {Filter(runs, filter)}
            <form action="/compare" method="get" class="list"><input type="hidden" name="order" value="oldest" />
            <div id="runs" data-live="/runs?{filter.Query}&part=rows" data-every="{every}">
            {Rows(runs, filter, now)}</div>
            {(runs.Count > 1 ? new Markup("<p><button type=\"submit\" class=\"second\">Compare the chosen runs</button></p>") : Markup.None)}
            </form>
            """);
    }

    private static Markup Filter(IReadOnlyList<RunLine> runs, RunFilter filter)
    {
        if (runs.Count < 2)
            return Markup.None;
        var experiments = runs.Select(r => r.Run.Experiment).Distinct().Order(StringComparer.Ordinal).Select(e => (Value: e, Title: e));
        (string, string)[] states = [("running", "running"), ("completed", "completed"), ("interrupted", "interrupted"), ("killed", "stopped without a word"), ("failed", "failed")];
        return Markup.Of($"""
            <form action="/" method="get" class="filter" role="search" aria-label="Filter runs">
            {Field.Select("filter-experiment", "experiment", "Experiment", [("", "all"), .. experiments], filter.Experiment)}
            {Field.Select("filter-state", "state", "State", [("", "all"), .. states], filter.State?.ToString().ToLowerInvariant() ?? "")}
            <button type="submit" class="second">Filter</button>
            </form>
            """);
    }

    private static void WriteRow(HtmlWriter html, RunLine line, DateTimeOffset now)
    {
        var run = line.Run;
        html.Write($"""
            <tr role="row" id="row-{run.Id}">
            <td role="cell" class="pick"><input type="checkbox" name="run" value="{run.Id}" id="pick-{run.Id}" aria-label="Compare {run.Id}" /></td>
            <th scope="row" role="rowheader"><a href="{RunFormatter.Href(run.Id)}">{run.Experiment}</a> <small>{run.Id}</small></th>
            <td role="cell" data-label="State">{RunFormatter.State(line.Condition)}</td>
            <td role="cell" data-label="Progress">{Progress(line)}</td>
            <td role="cell" data-label="Started">{Show.Ago(run.Started, now)}</td>
            <td role="cell" data-label="Took">{RunFormatter.Elapsed(run, line.Active, now)}</td>
            </tr>

            """);
    }

    private static Markup Progress(RunLine line)
    {
        if (line.Run.State == RunState.Completed)
            return Markup.Of($"{Show.Counted(line.Run.Stages.Count, "stage")}");
        if (line.Tree is not { } tree)
            return Markup.Of($"{line.Run.Status?.Phase}");
        return Markup.Of($"<progress max=\"100\" value=\"{100 * tree.Share:0}\" aria-label=\"Progress of {line.Run.Id}\"></progress> <small>{(line.Active ? line.Run.Status?.Phase ?? "starting" : $"{tree.DoneStages} of {tree.Stages} stages")}</small>");
    }
}
