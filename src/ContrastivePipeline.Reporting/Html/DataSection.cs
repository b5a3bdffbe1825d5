namespace ContrastivePipeline.Reporting.Html;

/// <summary>Where every source row went.</summary>
internal static class DataSection
{
    public static Markup Write(ReportData data)
    {
        var html = new HtmlWriter();
        foreach (var dataset in data.Datasets)
            WriteDataset(html, dataset);
        return html.ToMarkup();
    }

    /// <summary>Where the rows of one dataset version went.</summary>
    public static void WriteDataset(HtmlWriter html, DatasetSummary dataset)
    {
        var a = dataset.Accounting;
        string superseded = a.Superseded == 0 ? "" : $" + {TextFormatter.Count(a.Superseded)} superseded by a refresh";
        html.Write($"""
            <h3>{dataset.Name}, version {dataset.Version}</h3>
            <p>Every row that the source offered went to exactly one place: {TextFormatter.Count(a.SourceRows)} rows =
            {TextFormatter.Count(a.Kept)} kept + {TextFormatter.Count(a.Duplicates)} duplicates + {TextFormatter.Count(a.Quarantined)} quarantined{superseded}{(a.AddsUp ? "" : ". These do not add up: the dataset's manifest is wrong")}.</p>
            <div class="columns">

            """);
        WriteCounts(html, dataset, "kept by split", a.KeptBySplit, id => dataset.SplitTitles.TryGetValue(id, out string? title) && title != id ? $"{id}: {title}" : id);
        if (a.Reasons.Count > 0)
            WriteCounts(html, dataset, "quarantined by reason", a.Reasons, id => id);
        html.Write($"</div>\n");
        foreach (var copies in dataset.Copies)
        {
            html.Write($"""
                <p>Copies across splits: {TextFormatter.Count(copies.Media)} {(copies.Media == 1 ? "image of split" : "images of split")} {copies.Split} {(copies.Media == 1 ? "is" : "are")} also in
                split {copies.Other} under other names, so results on {copies.Split} are better than they would be on new images.</p>

                """);
        }
        if (dataset.QuarantinedExamples.Count > 0)
            WriteQuarantine(html, dataset);
        if (dataset.Attributions.Count > 0)
            html.Write($"<p><small>{string.Join(" ", dataset.Attributions)}</small></p>\n");
    }

    private static void WriteCounts(
        HtmlWriter html, DatasetSummary dataset, string head, IReadOnlyDictionary<string, long> counts, Func<string, string> title)
    {
        var rows = counts.Select(c => Markup.Of($"<tr><td class=\"wrap\">{title(c.Key)}</td><td class=\"number\">{TextFormatter.Count(c.Value)}</td></tr>\n"));
        html.Write(ScrollBox.Of($"{dataset.Name} {dataset.Version}, {head}", Markup.Of($"""
            <table class="words"><thead><tr><th scope="col">{head}</th><th scope="col" class="number">rows</th></tr></thead><tbody>
            {Markup.Join(rows)}</tbody></table>
            """)));
    }

    private static void WriteQuarantine(HtmlWriter html, DatasetSummary dataset)
    {
        html.Write($"""
            <details><summary>{dataset.QuarantinedExamples.Count} of the {TextFormatter.Count(dataset.Accounting.Quarantined)} quarantined rows</summary>
            {ScrollBox.Of($"{dataset.Name} {dataset.Version}, quarantined rows", Markup.Of($"""
                <table class="words"><thead><tr><th scope="col">reason</th><th scope="col">where</th><th scope="col">what was wrong</th><th scope="col">the row</th></tr></thead><tbody>
                {Markup.Join(dataset.QuarantinedExamples.Select(Row))}</tbody></table>
                """))}</details>

            """);
    }

    private static Markup Row(Data.QuarantineRow row) => Markup.Of($"""
        <tr><td>{row.Reason}</td><td class="wrap">{row.File}, row {row.Row}{(row.Column.Length > 0 ? $", column {row.Column}" : "")}</td><td class="wrap">{row.Detail}</td><td class="wrap"><code>{Shorten(row.Content)}</code></td></tr>

        """);

    private static string Shorten(string content) => content.Length <= 200 ? content : content[..200] + " …";
}
