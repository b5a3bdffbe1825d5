using ContrastivePipeline.Data;
using ContrastivePipeline.Reporting.Html;

namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>Quarantined rows, each with its reason.</summary>
internal static class QuarantineTable
{
    private const int Longest = 300;

    public static Markup Write(IReadOnlyList<QuarantineRow> rows, string caption) => Markup.Of($"""
        <table class="stack words" role="table"><caption>{caption}</caption>
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Reason</th><th scope="col" role="columnheader">Where</th><th scope="col" role="columnheader">What was wrong</th><th scope="col" role="columnheader">The row</th></tr></thead>
        <tbody role="rowgroup">
        {Markup.Join(rows.Select(Row))}</tbody></table>
        """);

    private static Markup Row(QuarantineRow row)
    {
        var column = row.Column.Length > 0 ? $", column {row.Column}" : "";
        var content = row.Content.Length <= Longest ? row.Content : $"{row.Content[..Longest]} …";
        return Markup.Of($"""
            <tr role="row"><th scope="row" role="rowheader">{row.Reason}</th><td role="cell" data-label="Where" class="wrap">{row.File}, row {TextFormatter.Count(row.Row)}{column}</td>
            <td role="cell" data-label="Wrong" class="wrap">{row.Detail}</td><td role="cell" data-label="Row" class="wrap"><code>{content}</code></td></tr>

            """);
    }
}
