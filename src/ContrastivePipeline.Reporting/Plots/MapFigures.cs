using ContrastivePipeline.Reporting.Html;
using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>The shared embedding space in two dimensions, a figure for each variant.</summary>
internal static class MapFigures
{
    private const int MostPairs = 300;

    public static Markup Write(ReportData data)
    {
        if (data.Maps.Count == 0)
            return Markup.None;
        string media = data.Experiment.MediaWord;
        var html = new HtmlWriter();
        html.Write($"""
            <p>Filled circles are {media}s, open triangles texts; a thin line joins a pair. Short lines mean good alignment, points spread over the whole
            figure good uniformity, two separate clouds a modality gap. Two principal components show only part of the space: each
            figure says how much of the variance.</p>
            <div class="figures">

            """);
        foreach (var (map, index) in data.Maps.Where(m => m.Pairs.Count > 0).Select((m, i) => (m, i)))
            WriteFigure(html, data, map, index);
        html.Write($"</div>\n");
        return html.ToMarkup();
    }

    private static void WriteFigure(HtmlWriter html, ReportData data, EmbeddingMap map, int index)
    {
        var style = VariantStyle.Of(data).First(s => s.Variant.Id == map.Variant);
        var pairs = map.Pairs.Take(MostPairs).ToList();
        // One unit is as long across as up, or distances would mislead.
        double reach = 1.06 * pairs.SelectMany(p => new[] { p.MediaX, p.MediaY, p.TextX, p.TextY }).Max(Math.Abs);
        var scale = AxisScale.Between(-reach, reach, 4);
        var figure = new Figure(scale, scale, 392);
        foreach (var pair in pairs)
        {
            var line = figure.Plot.Add.Line(pair.MediaX, pair.MediaY, pair.TextX, pair.TextY);
            line.Color = Paint.Quiet.WithAlpha(.35);
            line.LineWidth = .7f;
        }
        var media = figure.Plot.Add.Markers(pairs.Select(p => p.MediaX).ToArray(), pairs.Select(p => p.MediaY).ToArray(), MarkerShape.FilledCircle, 5, style.Color);
        media.MarkerStyle.FillColor = style.Color.WithAlpha(.8);
        var texts = figure.Plot.Add.Markers(pairs.Select(p => p.TextX).ToArray(), pairs.Select(p => p.TextY).ToArray(), MarkerShape.OpenCircle, 6, Paint.Ink);
        texts.MarkerStyle.CustomRenderer = PolygonMarker.OpenTriangleUp;
        texts.MarkerStyle.LineWidth = 1;
        string split = TextFormatter.SplitTitle(data, map.Dataset, map.Split);
        string share = $"{TextFormatter.Number(100 * map.ExplainedVariance, "0")} % of the variance";
        html.Write($"""
            <figure><p class="title">{TextFormatter.WithSubscripts(style.Variant.Title)} <span class="quiet">(second component)</span></p>
            {figure.ToSvg($"map-{index}", "first component", $"Map of {pairs.Count} pairs of {data.Experiment.MediaWord} and text, {style.Variant.Title}, {split}; {share}.")}<figcaption>{split}, seed {map.Seed}; {pairs.Count} pairs, {share}</figcaption></figure>

            """);
    }
}
