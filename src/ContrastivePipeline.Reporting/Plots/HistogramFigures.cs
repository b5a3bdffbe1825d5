using ContrastivePipeline.Reporting.Html;
using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>Similarities of matched and unmatched pairs, a figure for each variant, all on the same axes.</summary>
internal static class HistogramFigures
{
    public static Markup Write(ReportData data)
    {
        if (data.Similarities.Count == 0)
            return Markup.None;
        var shares = data.Similarities.SelectMany(h => Percent(h.Matched).Concat(Percent(h.Unmatched)));
        double top = shares.DefaultIfEmpty(0).Max();
        var used = data.Similarities.SelectMany(h => Used(h)).ToList();
        var x = AxisScale.Covering(used, 5, 0.02);
        var y = AxisScale.Between(0, top > 0 ? 1.05 * top : 1, 4);
        var html = new HtmlWriter();
        html.Write($"""
            <p>The less the filled area (matched pairs) and the outlined one (pairs that do not belong together) overlap, the easier retrieval is.
            All figures have the same axes.</p>
            <div class="figures">

            """);
        foreach (var (histogram, index) in data.Similarities.Select((h, i) => (h, i)))
            WriteFigure(html, data, histogram, x, y, index);
        html.Write($"</div>\n");
        return html.ToMarkup();
    }

    private static double[] Percent(IReadOnlyList<long> counts) => [.. counts.Select(c => 100.0 * c / Math.Max(1, counts.Sum()))];

    // The ends of the bins that hold more than a handful.
    private static IEnumerable<double> Used(PairSimilarities h)
    {
        double[] matched = Percent(h.Matched), unmatched = Percent(h.Unmatched);
        return Enumerable.Range(0, matched.Length).Where(i => matched[i] + unmatched[i] > 0.01).SelectMany(i => new[] { h.Edges[i], h.Edges[i + 1] });
    }

    private static void WriteFigure(HtmlWriter html, ReportData data, PairSimilarities histogram, AxisScale x, AxisScale y, int index)
    {
        var style = VariantStyle.Of(data).First(s => s.Variant.Id == histogram.Variant);
        var figure = new Figure(x, y, 220);
        Draw(figure.Plot, histogram.Edges, Percent(histogram.Matched), style.Color.WithAlpha(.55), style.Color);
        Draw(figure.Plot, histogram.Edges, Percent(histogram.Unmatched), Paint.Quiet.WithAlpha(.12), Paint.Quiet);
        double matched = Mean(histogram.Edges, histogram.Matched), unmatched = Mean(histogram.Edges, histogram.Unmatched);
        string means = $"mean {TextFormatter.Number(matched, "0.00")} matched, {TextFormatter.Number(unmatched, "0.00")} unmatched";
        string split = TextFormatter.SplitTitle(data, histogram.Dataset, histogram.Split);
        html.Write($"""
            <figure><p class="title">{TextFormatter.WithSubscripts(style.Variant.Title)} <span class="quiet">(% of pairs)</span></p>
            {figure.ToSvg($"histogram-{index}", "cosine similarity", $"Similarity of pairs, {style.Variant.Title}, {split}: {means}.")}<figcaption>{split}, seed {histogram.Seed}: {means}</figcaption></figure>

            """);
    }

    private static void Draw(Plot plot, IReadOnlyList<double> edges, double[] shares, Color fill, Color line)
    {
        var outline = new List<Coordinates> { new(edges[0], 0) };
        for (int i = 0; i < shares.Length; i++)
        {
            outline.Add(new(edges[i], shares[i]));
            outline.Add(new(edges[i + 1], shares[i]));
        }
        outline.Add(new(edges[^1], 0));
        var polygon = plot.Add.Polygon([.. outline]);
        polygon.FillColor = fill;
        polygon.LineColor = line;
        polygon.LineWidth = 1.5f;
    }

    private static double Mean(IReadOnlyList<double> edges, IReadOnlyList<long> counts)
    {
        double sum = 0;
        for (int i = 0; i < counts.Count; i++)
            sum += counts[i] * (edges[i] + edges[i + 1]) / 2;
        return sum / Math.Max(1, counts.Sum());
    }
}
