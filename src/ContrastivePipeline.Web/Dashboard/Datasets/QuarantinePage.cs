using ContrastivePipeline.Data;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>All rows that a dataset version set aside, a hundred at a time.</summary>
internal static class QuarantinePage
{
    /// <summary>Rows of one page.</summary>
    public const int Rows = 100;

    public static Page Write(DatasetManifest manifest, IReadOnlyList<QuarantineRow> rows, int page)
    {
        var total = manifest.Accounting.Quarantined;
        var first = ((page - 1) * Rows) + 1;
        string Address(int to) => DatasetsPage.Href(manifest.Name, $"/quarantine?version={manifest.Version}&page={to}");
        var html = new HtmlWriter();
        html.Write($"<p class=\"lead\">Version <code>{manifest.Version}</code>: {Show.Counted(total, "row")} that were not good enough, each kept as it was, so that it can be mended and sent again.</p>\n");
        html.Write(rows.Count == 0
            ? Show.Empty(new Markup(total == 0 ? "<p>Every row was good.</p>" : "<p>There are no more rows.</p>"))
            : QuarantineTable.Write(rows, $"Rows {first} to {first + rows.Count - 1} of {Words.Count(total)}"));
        html.Write($"<nav class=\"actions\" aria-label=\"Pages\">");
        if (page > 1)
            html.Write($"<a class=\"button second\" href=\"{Address(page - 1)}\">Earlier rows</a>");
        if (first + rows.Count - 1 < total && rows.Count > 0)
            html.Write($"<a class=\"button second\" href=\"{Address(page + 1)}\">More rows</a>");
        html.Write($"</nav>\n");
        return new Page("Rows set aside", Area.Datasets, html.ToMarkup()) { Crumbs = [new("Datasets", "/datasets"), new(manifest.Name, DatasetsPage.Href(manifest.Name))] };
    }
}
