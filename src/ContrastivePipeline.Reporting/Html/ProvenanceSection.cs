using System.Globalization;

namespace ContrastivePipeline.Reporting.Html;

/// <summary>Every number with all that is needed to know what it is.</summary>
internal static class ProvenanceSection
{
    public static Markup Write(ReportData data)
    {
        if (data.Measurements.Count == 0)
            return Markup.None;
        var html = new HtmlWriter();
        html.Write($"""
            <p>Every number of this report stems from the {TextFormatter.Count(data.Measurements.Count)} measurements below; <code>results.csv</code> and
            <code>results.json</code> beside this file hold the same at full precision.</p>
            <details class="long"><summary>All measurements</summary>
            <div class="scroll" role="group" aria-label="All measurements" tabindex="0"><table class="words"><thead><tr>{Markup.Join(Heads.Select(h => Markup.Of($"<th scope=\"col\">{h}</th>")))}</tr></thead><tbody>

            """);
        foreach (var m in data.Measurements)
        {
            html.Write($"<tr><th scope=\"row\">{m.Variant}</th><td class=\"number\">{m.Seed}</td><td>{m.Metric}</td><td>{m.Formula}</td><td>{m.Dataset}</td><td>{m.Version}</td><td>{m.Split}</td><td class=\"number\">{m.N}</td><td class=\"number\">{m.Value.ToString("G6", CultureInfo.InvariantCulture).Replace('-', '−')}</td></tr>\n");
        }
        html.Write($"</tbody></table></div></details>\n");
        return html.ToMarkup();
    }

    private static IEnumerable<string> Heads => ["variant", "seed", "metric", "formula", "dataset", "version", "split", "N", "value"];
}
