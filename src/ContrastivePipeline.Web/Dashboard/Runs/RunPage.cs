using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Events;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>One run: how far it is, what it has measured, and where everything is.</summary>
internal static class RunPage
{
    /// <summary>The page.</summary>
    /// <param name="line">The run.</param>
    /// <param name="results">Its curves, tables and plots so far.</param>
    /// <param name="control">Whether runs can be cancelled and resumed here.</param>
    /// <param name="notice">What to say about an action that was refused; empty for nothing.</param>
    /// <param name="now">The time.</param>
    public static Page Write(RunLine line, Markup results, bool control, string notice, DateTimeOffset now)
    {
        var id = line.Run.Id;
        // While a run is running its stages are the news; afterwards its results are.
        var work = Markup.Of($"<div id=\"work\" tabindex=\"-1\" data-live=\"{RunFormatter.Href(id, "?part=work")}\" data-after=\"live\">\n{Work(line, now)}</div>\n");
        return new($"Run of {line.Run.Experiment}", Area.Runs, Markup.Of($"""
            {(notice.Length == 0 ? Markup.None : Show.Refusal(Markup.Of($"<p>{notice}</p>")))}
            {Contents(line)}
            <div id="live" data-live="{RunFormatter.Href(id, "?part=live")}" data-events="{Events(id)}">
            {Live(line, control, now)}</div>
            {(line.Run.State == RunState.Completed ? Markup.None : work)}<div id="results" tabindex="-1" data-live="{RunFormatter.Href(id, "?part=results")}" data-after="live" data-when="stage">
            {results}</div>
            {(line.Run.State == RunState.Completed ? work : Markup.None)}{Setup(line)}
            """))
        { Crumbs = [new("Runs", "/")] };
    }

    // The numbers alone are a hundred links: whoever comes for the log need not pass them.
    private static Markup Contents(RunLine line)
    {
        (string Id, string Title)[] parts = line.Run.State == RunState.Completed
            ? [("results", "Results"), ("work", "Stages and log"), ("setup", "What was run")]
            : [("work", "Stages and log"), ("results", "Results"), ("setup", "What was run")];
        return Markup.Of($"<nav class=\"contents\" aria-label=\"On this page\"><ul>{Markup.Join(parts.Where(p => p.Id != "setup" || line.Input is not null).Select(p => Markup.Of($"<li><a href=\"#{p.Id}\">{p.Title}</a></li>")))}</ul></nav>\n");
    }

    /// <summary>What changes while the run is running: its stages and its log.</summary>
    public static Markup Work(RunLine line, DateTimeOffset now) =>
        Markup.Of($"{(line.Tree is { } tree ? StageTreeView.Write(tree, line.Active, now) : Unreadable(line))}{LogView.Write(line.Run)}");

    /// <summary>What changes while the run is running: its state and what can be done about it.</summary>
    public static Markup Live(RunLine line, bool control, DateTimeOffset now) => Markup.Of($"""
        <span id="run-mark" data-done="{line.Tree?.DoneStages}" data-say="{Milestone(line)}"{new Markup(line.Active ? " data-going=\"\"" : line.Run.State == RunState.Completed ? " data-over=\"\"" : "")}></span>
        {Head(line, now)}
        {Actions(line, control)}
        {Failure(line)}
        {Progress(line)}

        """);

    /// <summary>What of a run the store no longer has; nothing where all is there.</summary>
    public static Markup Gone(IReadOnlyList<string> gone) => gone.Count == 0 ? Markup.None : Markup.Of(
        $"""
        <div class="note warn" id="run-gone"><p><strong>No longer in the store:</strong></p>
        <ul>{Markup.Join(gone.Select(what => Markup.Of($"<li>{what}</li>")))}</ul></div>

        """);

    // What a screen reader says as it happens: not every step, but every stage.
    private static string Milestone(RunLine line) => line.Active
        ? $"{line.Run.Status?.Phase ?? "starting"}: {line.Tree?.DoneStages} of {line.Tree?.Stages} stages done"
        : $"The run is {RunFormatter.Condition(line.Condition)}.";

    private static string Events(string id) => $"/api/runs/{Uri.EscapeDataString(id)}/events";

    private static Markup Head(RunLine line, DateTimeOffset now)
    {
        var run = line.Run;
        var sessions = run.Session > 1 ? $" · {Show.Counted(run.Session, "session")}" : "";
        return Markup.Of($"<p class=\"meta\" id=\"run-head\">{RunFormatter.State(line.Condition)} {run.Id} · started {Show.Ago(run.Started, now)} · {RunFormatter.Elapsed(run, line.Active, now)}{sessions} · on {run.Machine}</p>");
    }

    private static Markup Actions(RunLine line, bool control)
    {
        var id = line.Run.Id;
        var html = new HtmlWriter();
        html.Write($"<div class=\"actions\" id=\"run-actions\">");
        if (control && line.Active)
            html.Write($"<form action=\"{RunFormatter.Href(id, "/cancel")}\" method=\"post\"><button type=\"submit\" class=\"second\"{new Markup(line.Stopping ? " disabled=\"disabled\"" : "")}>{(line.Stopping ? "Stopping at the next checkpoint" : "Cancel")}</button></form>");
        else if (control && line.Run.State != RunState.Completed)
            html.Write($"<form action=\"{RunFormatter.Href(id, "/resume")}\" method=\"post\"><button type=\"submit\">{(line.Run.State == RunState.Failed ? "Try again" : "Resume")}</button></form>");
        if (line.Run.State == RunState.Completed)
            html.Write($"<a class=\"button\" href=\"{RunFormatter.Href(id, "/report", api: true)}\">Open the report</a>");
        html.Write($"<a class=\"button second\" href=\"{RunFormatter.Href(id, "/artifacts")}\">Artifacts</a>");
        html.Write($"<a class=\"button second\" href=\"/compare?run={Show.Segment(id)}\">Compare</a>");
        html.Write($"<a class=\"button second\" href=\"/search?run={Show.Segment(id)}\">Search with its models</a></div>");
        return html.ToMarkup();
    }

    private static Markup Failure(RunLine line) => line.Run is { State: RunState.Failed, Error: { } error }
        ? Markup.Of($"<div class=\"note error\" id=\"run-error\"><p><strong>Why it failed.</strong> {error}</p><p>What is done stays done: “Try again” repeats only what failed.</p></div>")
        : Markup.None;

    private static Markup Progress(RunLine line)
    {
        if (line.Tree is not { } tree || line.Run.State == RunState.Completed)
            return Markup.None;
        var share = TextFormatter.Number(100 * tree.Share, "0");
        var doing = line.Active ? line.Run.Status?.Phase ?? "starting" : "stopped";
        return Markup.Of($"""
            <p class="progress" id="run-progress"><progress max="100" value="{share}" aria-label="Progress of this run"></progress>
            <span>{share} % · {doing} · {tree.DoneStages} of {Show.Counted(tree.Stages, "stage")} done</span></p>
            """);
    }

    private static Markup Unreadable(RunLine line) => Markup.Of(
        $"<p class=\"note\" id=\"stages\">Version {line.Run.CodeVersion} of the program wrote this run in a form that this version cannot read. Its artifacts and its report are still there.</p>");

    private static string Used(RunRecord run)
    {
        var used = run.Stages.Aggregate(StageUsage.None, (sum, stage) => sum + stage.Usage + stage.Lost);
        var gpu = used.GpuSeconds > 0 ? $", {TextFormatter.Duration(TimeSpan.FromSeconds(used.GpuSeconds))} of GPU time" : "";
        return $"{TextFormatter.Duration(TimeSpan.FromSeconds(used.CpuSeconds))} of CPU time{gpu}, {Show.Counted(used.Store.Requests, "request")}, {Show.Bytes(used.Store.BytesStored)} stored";
    }

    private static Markup Setup(RunLine line)
    {
        if (line.Input is not { } input)
            return Markup.None;
        return Markup.Of($"""
            <section aria-labelledby="setup"><h2 id="setup">What was run</h2>
            <dl class="facts">
            <div><dt>Dataset</dt><dd><a href="/datasets/{Show.Segment(line.Dataset!)}">{line.Dataset}</a>{(input.Stored is { } stored ? Markup.Of($", version <code>{stored.Version}</code>") : Markup.None)}</dd></div>
            <div><dt>Variants</dt><dd>{string.Join(", ", input.Experiment.Variants.Select(v => v.Name))}</dd></div>
            <div><dt>Seeds</dt><dd>{string.Join(", ", input.Experiment.Training.Seeds)}</dd></div>
            <div><dt>Used by this run</dt><dd>{Used(line.Run)}</dd></div>
            <div><dt>Code version</dt><dd title="{line.Run.CodeVersion}">{RunFormatter.Code(line.Run.CodeVersion)}</dd></div>
            </dl>
            <details><summary>The experiment file</summary>
            <pre tabindex="0" aria-label="The experiment file"><code>{input.Yaml}</code></pre></details></section>

            """);
    }
}
