using ContrastivePipeline.Evaluation;
using ContrastivePipeline.Reporting.Comparing;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Runs;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Workflow.Results;

namespace ContrastivePipeline.Web.Dashboard.Compare;

/// <summary>Every metric of the compared runs: a table a family of metrics and split, a group of rows a variant.</summary>
internal static class ComparedMetrics
{
    public static Markup Write(RunComparison comparison)
    {
        var html = new HtmlWriter();
        html.Write($"<section aria-labelledby=\"metrics\"><h2 id=\"metrics\">Metrics</h2>\n");
        if (comparison.Metrics.Count == 0)
            html.Write(Show.Empty(new Markup("<p>None of these runs has measured anything yet.</p>")));
        else
            html.Write($"<p>Below each value stands its difference to run A: ▲ better, ▽ worse. Shares are in per cent, and their differences in percentage points.</p>\n<div class=\"tables\">\n");
        foreach (var (table, index) in comparison.Metrics.GroupBy(m => (TextFormatter(m).Family, m.Split)).OrderBy(g => Order(g.Key.Family)).Select((g, i) => (g, i)))
            WriteTable(html, comparison, $"{Capital(table.Key.Family)}, {table.Key.Split}", [.. table], index);
        html.Write($"{new Markup(comparison.Metrics.Count == 0 ? "" : "</div>\n")}</section>\n");
        return html.ToMarkup();
    }

    private static MetricFormatter TextFormatter(ComparedMetric metric) => MetricFormatter.Of(metric.Metric, "image");

    private static int Order(string family) => family switch { "retrieval" => 0, "zero-shot" => 1, "geometry" => 2, _ => 3 };

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static void WriteTable(HtmlWriter html, RunComparison comparison, string title, IReadOnlyList<ComparedMetric> metrics, int index)
    {
        html.Write($"""
            <div class="scroll" role="region" aria-labelledby="metrics-{index}" tabindex="0"><table>
            <caption id="metrics-{index}"><b>{title}</b></caption>
            <thead><tr><th scope="col" class="left">Metric</th>{Markup.Join(comparison.Runs.Select((_, i) => Markup.Of($"<th scope=\"col\">{ComparePage.Letter(i)}</th>")))}</tr></thead>

            """);
        foreach (var variant in metrics.GroupBy(m => m.Variant))
        {
            html.Write($"<tbody><tr><th scope=\"rowgroup\" colspan=\"{comparison.Runs.Count + 1}\" class=\"left group\">{Reporting.Html.TextFormatter.WithSubscripts(RunFormatter.Variant(variant.Key))}</th></tr>\n");
            foreach (var metric in variant)
                html.Write($"<tr><th scope=\"row\">{Name(metric)}</th>{Markup.Join(metric.Values.Select(v => Cell(metric, v)))}</tr>\n");
            html.Write($"</tbody>\n");
        }
        html.Write($"</table></div>\n");
    }

    private static Markup Name(ComparedMetric metric)
    {
        var words = TextFormatter(metric);
        var arrow = words.HigherIsBetter switch
        {
            true => new Markup(" <span role=\"img\" aria-label=\"higher is better\">↑</span>"),
            false => new Markup(" <span role=\"img\" aria-label=\"lower is better\">↓</span>"),
            null => Markup.None,
        };
        return Markup.Of($"{(words.Group.Length > 0 ? words.Group + " " : "")}{words.Title}{arrow}");
    }

    private static Markup Cell(ComparedMetric metric, ComparedValue? value)
    {
        if (value is null)
            return new Markup("<td>–</td>");
        var words = TextFormatter(metric);
        var deviation = value.StandardDeviation is { } sd ? Markup.Of($" <span class=\"sd\">± {words.Format(sd)}</span>") : Markup.None;
        return Markup.Of($"<td>{words.Format(value.Mean)}{deviation}{Change(metric, words, value)}</td>");
    }

    private static Markup Change(ComparedMetric metric, MetricFormatter words, ComparedValue value)
    {
        if (value.Difference is not { } difference)
            return Markup.None;
        if (value.NotComparable is { } why)
            return Markup.Of($"<small title=\"{why}\">≠ {words.FormatChange(difference)}</small>");
        if (difference == 0)
            return new Markup("<small>= 0</small>");
        return metric.Direction switch
        {
            Direction.Neither => Markup.Of($"<small>{words.FormatChange(difference)}</small>"),
            _ when difference > 0 == (metric.Direction == Direction.HigherIsBetter) => Markup.Of($"<small class=\"up\">▲ {words.FormatChange(difference)}</small>"),
            _ => Markup.Of($"<small class=\"down\">▽ {words.FormatChange(difference)}</small>"),
        };
    }
}
