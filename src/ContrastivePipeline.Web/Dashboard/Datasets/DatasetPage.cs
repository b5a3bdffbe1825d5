using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Refresh;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Runs;
using ContrastivePipeline.Web.Dashboard.Shell;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>What the page of a dataset shows.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="Current">Which version is current, and what was; null where none is.</param>
/// <param name="Versions">All versions, the latest first.</param>
/// <param name="Quarantined">The first quarantined rows of the shown version.</param>
/// <param name="Refreshes">All refreshes, the latest first.</param>
/// <param name="Dependents">Experiments whose last run used the dataset, each with that run.</param>
/// <param name="CanChange">Whether runs can be started and captions refreshed here.</param>
/// <param name="Was">The version that was current until a moment ago, by this page's button; empty for none.</param>
internal sealed record DatasetView(
    string Name, CurrentVersion? Current, IReadOnlyList<StoredVersion> Versions, IReadOnlyList<QuarantineRow> Quarantined,
    IReadOnlyList<StoredRefresh> Refreshes, IReadOnlyList<RunLine> Dependents, bool CanChange, string Was = "")
{
    /// <summary>The version that the page tells about: the current one, else the latest.</summary>
    public StoredVersion Shown => Versions.FirstOrDefault(v => v.IsCurrent) ?? Versions[0];
}

/// <summary>One dataset: its versions, where its rows went, and the form that refreshes its captions.</summary>
internal static class DatasetPage
{
    /// <summary>The page.</summary>
    /// <param name="view">The dataset.</param>
    /// <param name="notice">What to say about an action that was refused; empty for nothing.</param>
    /// <param name="now">The time.</param>
    public static Page Write(DatasetView view, string notice, DateTimeOffset now) => new(view.Name, Area.Datasets, Markup.Of($"""
        {(notice.Length == 0 ? Markup.None : Show.Refusal(Markup.Of($"<p>{notice}</p>")))}
        {Moved(view)}
        {Facts(view)}
        {Versions(view, now)}
        {(view.CanChange ? RefreshForm(view) : Markup.None)}
        {Refreshes(view, now)}
        {Accounting(view)}
        {Dependents(view)}
        """))
    { Crumbs = [new("Datasets", "/datasets")] };

    // Done at once, so that it can be undone at once.
    private static Markup Moved(DatasetView view) => view is not { Was: { Length: > 0 } was, CanChange: true, Shown.IsCurrent: true }
        || was == view.Shown.Manifest.Version || view.Versions.All(v => v.Manifest.Version != was) ? Markup.None : Markup.Of($"""
        <div class="note good" role="status"><p>Version <code>{view.Shown.Manifest.Version}</code> is current now.</p>
        <form action="{DatasetsPage.Href(view.Name, "/current")}" method="post"><input type="hidden" name="version" value="{was}" /><button type="submit" class="second small">Undo: make {was} current again</button></form></div>
        """);

    private static Markup Facts(DatasetView view)
    {
        var manifest = view.Shown.Manifest;
        return Markup.Of($"""
            <dl class="facts">
            <div><dt>{(view.Shown.IsCurrent ? "Current version" : "Latest version (none is current)")}</dt><dd><code>{manifest.Version}</code></dd></div>
            <div><dt>Images</dt><dd>{TextFormatter.Count(manifest.Media.Sum(p => (long)p.Rows))}, short side {manifest.MediaSize} pixels</dd></div>
            <div><dt>Captions</dt><dd>{TextFormatter.Count(manifest.Captions.Sum(p => (long)p.Rows))}</dd></div>
            <div><dt>Size</dt><dd>{Show.Bytes(view.Shown.Bytes)}</dd></div>
            </dl>
            """);
    }

    private static Markup Versions(DatasetView view, DateTimeOffset now) => Markup.Of($"""
        <section aria-labelledby="versions"><h2 id="versions">Versions</h2>
        <table class="stack words" role="table">
        <caption>{Show.Counted(view.Versions.Count, "version")}, the latest first</caption>
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Version</th><th scope="col" role="columnheader">Made</th><th scope="col" role="columnheader" class="number">Captions</th><th scope="col" role="columnheader" class="number">Quarantined</th><th scope="col" role="columnheader">How it became current</th><th scope="col" role="columnheader">Actions</th></tr></thead>
        <tbody role="rowgroup">
        {Markup.Join(view.Versions.Select(v => Version(view, v, now)))}</tbody></table></section>
        """);

    // A refresh changed the version that it began from, whatever was made in between; what was prepared is held against the current one.
    private static Markup Difference(DatasetView view, DatasetManifest manifest)
    {
        var origin = manifest.Refresh?.Base;
        var other = origin ?? view.Shown.Manifest.Version;
        return other == manifest.Version || view.Versions.All(v => v.Manifest.Version != other) ? Markup.None : Markup.Of(
            $"<a class=\"button second small\" href=\"{DatasetsPage.Href(view.Name, $"/diff?from={other}&to={manifest.Version}")}\">{(origin is null ? "Compare with" : "Changes from")} {other}</a> ");
    }

    private static Markup Version(DatasetView view, StoredVersion version, DateTimeOffset now)
    {
        var manifest = version.Manifest;
        var mark = version.IsCurrent ? new Markup(" <span class=\"state done\">current</span>") : Markup.None;
        var use = version.IsCurrent || !view.CanChange
            ? Markup.None
            : Markup.Of($"<form action=\"{DatasetsPage.Href(view.Name, "/current")}\" method=\"post\"><input type=\"hidden\" name=\"version\" value=\"{manifest.Version}\" /><button type=\"submit\" class=\"second small\">Make current</button></form>");
        return Markup.Of($"""
            <tr role="row"><th scope="row" role="rowheader"><code>{manifest.Version}</code>{mark}</th>
            <td role="cell" data-label="Made">{Show.Ago(version.Created, now)}</td>
            <td role="cell" data-label="Captions" class="number">{TextFormatter.Count(manifest.Captions.Sum(p => (long)p.Rows))}</td>
            <td role="cell" data-label="Quarantined" class="number">{TextFormatter.Count(manifest.Accounting.Quarantined)}</td>
            <td role="cell" data-label="Current" class="wrap">{Markup.Join(History(view, manifest.Version, now), "; ")}</td>
            <td role="cell"><div class="actions tight">{Difference(view, manifest)}{use}</div></td></tr>

            """);
    }

    private static IEnumerable<Markup> History(DatasetView view, string version, DateTimeOffset now) =>
        (view.Current?.History ?? []).Where(c => c.Version == version).Select(c => Markup.Of($"{c.How switch
        {
            VersionChanges.Prepared => "first prepared",
            VersionChanges.Refreshed => "caption refresh",
            VersionChanges.RolledBack => "made current by hand",
            var other => other,
        }}, {Show.Ago(c.At, now)}"));

    private static Markup RefreshForm(DatasetView view) => Markup.Of($"""
        <section aria-labelledby="refresh"><h2 id="refresh">Refresh the captions</h2>
        <p>Upload a caption table. It becomes a new version; images are not touched, and the present version stays.</p>
        <form action="{DatasetsPage.Href(view.Name, "/refresh")}" method="post" enctype="multipart/form-data" class="panel" data-busy="Reading and comparing …">
        {Field.File("refresh-file", "file", "Caption table", ".csv,.tsv,.txt,.jsonl,.ndjson,.parquet", "CSV or TSV with a header row, JSON lines, or Parquet. Columns: id (or media_id, image, path) and caption; optional caption_index, source, split.")}
        {Field.Select("refresh-mode", "mode", "What the table is", [
            ("patch", "corrections: media that it does not name stay as they are"),
            ("append", "additions: nothing is changed or removed"),
            ("replace", "the whole caption table: captions that it lacks are removed")], "patch")}
        <div class="field check"><input type="checkbox" id="refresh-look" name="look" value="1" /> <label for="refresh-look">Only show what would happen; change nothing</label></div>
        <p><button type="submit">Refresh</button></p></form></section>
        """);

    private static Markup Refreshes(DatasetView view, DateTimeOffset now) => view.Refreshes.Count == 0 ? Markup.None : Markup.Of($"""
        <section aria-labelledby="refreshes"><h2 id="refreshes">Refreshes</h2>
        <table class="stack words" role="table">
        <caption>{Show.Counted(view.Refreshes.Count, "refresh", "refreshes")}, the latest first</caption>
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">File</th><th scope="col" role="columnheader">When</th><th scope="col" role="columnheader">Mode</th><th scope="col" role="columnheader" class="number">Added</th><th scope="col" role="columnheader" class="number">Changed</th><th scope="col" role="columnheader" class="number">Removed</th><th scope="col" role="columnheader" class="number">Quarantined</th><th scope="col" role="columnheader">Version made</th></tr></thead>
        <tbody role="rowgroup">
        {Markup.Join(view.Refreshes.Select(r => Markup.Of($"""
            <tr role="row"><th scope="row" role="rowheader"><a href="{DatasetsPage.Href(view.Name, $"/refreshes/{r.Record.Id}")}">{r.Record.FileName}</a></th>
            <td role="cell" data-label="When">{Show.Ago(r.At, now)}</td><td role="cell" data-label="Mode">{r.Record.Mode.ToString().ToLowerInvariant()}</td>
            <td role="cell" data-label="Added" class="number">{TextFormatter.Count(r.Record.Rows.Added)}</td><td role="cell" data-label="Changed" class="number">{TextFormatter.Count(r.Record.Rows.Changed)}</td>
            <td role="cell" data-label="Removed" class="number">{TextFormatter.Count(r.Record.Captions.Removed)}</td><td role="cell" data-label="Quarantined" class="number">{TextFormatter.Count(r.Record.Rows.Rejected)}</td>
            <td role="cell" data-label="Version">{(r.Record.Version is { } made ? Markup.Of($"<code>{made}</code>") : new Markup("none: nothing would have changed"))}</td></tr>

            """)))}</tbody></table></section>
        """);

    private static Markup Accounting(DatasetView view)
    {
        var html = new HtmlWriter();
        var manifest = view.Shown.Manifest;
        html.Write($"<section aria-labelledby=\"accounting\"><h2 id=\"accounting\">Where every row went</h2>\n");
        DataSection.WriteDataset(html, Reporting.DatasetSummary.From(manifest) with { QuarantinedExamples = view.Quarantined });
        if (manifest.Accounting.Quarantined > view.Quarantined.Count)
            html.Write($"<p><a class=\"button second small\" href=\"{DatasetsPage.Href(view.Name, $"/quarantine?version={manifest.Version}")}\">All {TextFormatter.Count(manifest.Accounting.Quarantined)} quarantined rows</a></p>\n");
        html.Write($"</section>\n");
        return html.ToMarkup();
    }

    private static Markup Dependents(DatasetView view) => Markup.Of($"""
        <section aria-labelledby="dependents"><h2 id="dependents">Experiments that use it</h2>
        {(view.Dependents.Count == 0 ? Markup.Of($"<p>No run has used it yet. Any experiment can: start it with this dataset's name.</p>") : Markup.Of($"<ul class=\"plain\">{Markup.Join(view.Dependents.Select(e => Dependent(view, e)))}</ul>"))}</section>
        """);

    private static Markup Dependent(DatasetView view, RunLine last)
    {
        var (run, version) = (last.Run, view.Shown.Manifest.Version);
        var start = !view.CanChange ? Markup.None : Markup.Of($"""
            <input type="hidden" name="yaml" value="{last.Input!.Yaml}" /><input type="hidden" name="dataset" value="{view.Name}@{version}" />
            <button type="submit" class="second small">Start <span class="hidden">{run.Experiment} </span>on version {version}</button>
            """);
        return Markup.Of($"<li><form action=\"/runs\" method=\"post\" class=\"inline\"><span>{run.Experiment}, last run <a href=\"{RunFormatter.Href(run.Id)}\">{run.Id}</a></span> {start}</form></li>\n");
    }
}
