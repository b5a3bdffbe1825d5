using ContrastivePipeline.Data.Refresh;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>What a refresh did.</summary>
internal static class RefreshPage
{
    /// <summary>The page.</summary>
    /// <param name="refresh">The refresh.</param>
    /// <param name="isDryRun">Whether nothing was changed.</param>
    /// <param name="now">The time.</param>
    /// <param name="table">The table of a dry run, to be applied without choosing the file again; null where it is too large to send back.</param>
    public static Page Write(StoredRefresh refresh, bool isDryRun, DateTimeOffset now, byte[]? table = null)
    {
        var record = refresh.Record;
        return new($"Refresh with {record.FileName}", Area.Datasets, Markup.Of($"""
            <p class="meta">{Show.Ago(refresh.At, now)} · mode {record.Mode.ToString().ToLowerInvariant()} · {Show.Bytes(record.FileLength)} · SHA-256 <code class="hash">{record.FileSha256}</code></p>
            {(isDryRun ? Preview(record, table) : Outcome(record))}
            {Rows(record)}
            <section aria-labelledby="examples"><h2 id="examples">Examples of changes</h2>
            {ChangesTable.Write(record.Examples.Changes)}</section>
            {Rejected(record, isDryRun)}
            """))
        { Crumbs = [new("Datasets", "/datasets"), new(record.Dataset, DatasetsPage.Href(record.Dataset))] };
    }

    private static Markup Preview(RefreshRecord record, byte[]? table) => Markup.Of($"""
        <div class="note"><p><strong>Nothing was changed.</strong> This is what would happen to version <code>{record.Base}</code>{(record.Version is null ? ": nothing, the table says what the dataset has" : "")}.</p>
        {(record.Version is null || table is null ? Markup.None : Apply(record, table))}<p><a href="{DatasetsPage.Href(record.Dataset, "#refresh")}">Back to the dataset</a></p></div>
        """);

    private static Markup Apply(RefreshRecord record, byte[] table) => Markup.Of($"""
        <form action="{DatasetsPage.Href(record.Dataset, "/refresh")}" method="post" enctype="multipart/form-data" data-busy="Reading and comparing …">
        <input type="hidden" name="mode" value="{record.Mode.ToString().ToLowerInvariant()}" /><input type="hidden" name="{RefreshUpload.NameField}" value="{record.FileName}" />
        <input type="hidden" name="{RefreshUpload.TableField}" value="{Convert.ToBase64String(table)}" />
        <p><button type="submit">Apply this table</button></p></form>

        """);

    private static Markup Outcome(RefreshRecord record) => record.Version is { } version
        ? Markup.Of($"""
            <div class="note good"><p>It made version <code>{version}</code> from <code>{record.Base}</code>.
            {record.Parts.Written} of {Show.Counted(record.Parts.Captions, "caption part")} written ({Show.Bytes(record.Parts.Bytes)}); images and all other parts are shared.</p>
            <p><a href="{DatasetsPage.Href(record.Dataset, $"/diff?from={record.Base}&to={version}")}">All changes</a> · <a href="{DatasetsPage.Href(record.Dataset, "#dependents")}">Start an experiment on it</a></p></div>
            """)
        : Markup.Of($"<div class=\"note\"><p>Nothing was added, changed or removed, so there is no new version: <code>{record.Base}</code> stays as it is.</p></div>");

    private static Markup Rows(RefreshRecord record)
    {
        var rows = record.Rows;
        return Markup.Of($"""
            <section aria-labelledby="rows"><h2 id="rows">Where every row of the table went</h2>
            <p>{TextFormatter.Count(rows.Read)} rows = {TextFormatter.Count(rows.Added)} added + {TextFormatter.Count(rows.Changed)} changed + {TextFormatter.Count(rows.Unchanged)} unchanged + {TextFormatter.Count(rows.Duplicates)} duplicates + {TextFormatter.Count(rows.Rejected)} quarantined.
            The dataset had {Show.Counted(record.Captions.Before, "caption")} and has {TextFormatter.Count(record.Captions.After)}; {TextFormatter.Count(record.Captions.Removed)} were removed.</p></section>
            """);
    }

    private static Markup Rejected(RefreshRecord record, bool isDryRun)
    {
        if (record.Rows.Rejected == 0)
            return Markup.None;
        return Markup.Of($"""
            <section aria-labelledby="rejected"><h2 id="rejected">Quarantined rows</h2>
            <table class="words"><caption>By reason</caption><thead><tr><th scope="col">Reason</th><th scope="col" class="number">Rows</th></tr></thead><tbody>
            {Markup.Join(record.Reasons.Select(r => Markup.Of($"<tr><th scope=\"row\">{r.Key}</th><td class=\"number\">{TextFormatter.Count(r.Value)}</td></tr>")))}</tbody></table>
            {QuarantineTable.Write(record.Examples.Rejected, "The first row of every reason")}
            {(isDryRun ? Markup.None : Markup.Of($"<p><a href=\"{DatasetsPage.Href(record.Dataset, $"/refreshes/{record.Id}/rejected")}\">All {TextFormatter.Count(record.Rows.Rejected)} quarantined rows</a></p>"))}</section>
            """);
    }
}
