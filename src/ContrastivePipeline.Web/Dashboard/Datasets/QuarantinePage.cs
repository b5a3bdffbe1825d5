using ContrastivePipeline.Data;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>Quarantined rows, a hundred at a time, and all of them as a file.</summary>
internal static class QuarantinePage
{
    /// <summary>Rows of one page.</summary>
    public const int Rows = 100;

    /// <summary>The page.</summary>
    /// <param name="dataset">Name of the dataset.</param>
    /// <param name="lead">What these rows are.</param>
    /// <param name="rows">The rows of this page.</param>
    /// <param name="total">How many there are in all.</param>
    /// <param name="page">Number of this page, from 1.</param>
    /// <param name="address">Address of the pages, to which the number is added.</param>
    /// <param name="download">Address of all rows as CSV.</param>
    public static Page Write(
        string dataset, string lead, IReadOnlyList<QuarantineRow> rows, long total, int page, string address, string download)
    {
        var first = ((page - 1) * Rows) + 1;
        string Address(int to) => $"{address}&page={to}";
        var html = new HtmlWriter();
        html.Write($"<p class=\"lead\">{lead}</p>\n");
        if (total > 0)
            html.Write($"<p><a class=\"button second\" href=\"{download}\" download=\"\">Download all {TextFormatter.Count(total)} as CSV</a></p>\n");
        html.Write(rows.Count == 0
            ? Show.Empty(new Markup(total == 0 ? "<p>Every row was good.</p>" : "<p>There are no more rows.</p>"))
            : QuarantineTable.Write(rows, $"Rows {first} to {first + rows.Count - 1} of {TextFormatter.Count(total)}"));
        html.Write($"<nav class=\"actions\" aria-label=\"Pages\">");
        if (page > 1)
            html.Write($"<a class=\"button second\" href=\"{Address(page - 1)}\">Earlier rows</a>");
        if (first + rows.Count - 1 < total && rows.Count > 0)
            html.Write($"<a class=\"button second\" href=\"{Address(page + 1)}\">More rows</a>");
        html.Write($"</nav>\n");
        return new Page("Quarantined rows", Area.Datasets, html.ToMarkup()) { Crumbs = [new("Datasets", "/datasets"), new(dataset, DatasetsPage.Href(dataset))] };
    }
}
