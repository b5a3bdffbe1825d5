using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>The shared embedding space in two dimensions, a figure for each variant.</summary>
public sealed partial class MapFigures
{
    private const int MostPairs = 300;

    private IEnumerable<(string Variant, DrawnFigure Figure, string Caption)> Drawn() =>
        Data.Maps.Where(m => m.Pairs.Count > 0).Select((map, index) => Draw(map, $"map-{index}"));

    private (string Variant, DrawnFigure Figure, string Caption) Draw(EmbeddingMap map, string id)
    {
        var style = VariantStyle.Of(Data).First(s => s.Variant.Id == map.Variant);
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
        double[] mediaX = [.. pairs.Select(p => p.MediaX)], mediaY = [.. pairs.Select(p => p.MediaY)];
        var media = figure.Plot.Add.Markers(mediaX, mediaY, MarkerShape.FilledCircle, 5, style.Color);
        media.MarkerStyle.FillColor = style.Color.WithAlpha(.8);
        double[] textX = [.. pairs.Select(p => p.TextX)], textY = [.. pairs.Select(p => p.TextY)];
        var texts = figure.Plot.Add.Markers(textX, textY, MarkerShape.OpenCircle, 6, Paint.Ink);
        texts.MarkerStyle.CustomRenderer = PolygonMarker.OpenTriangleUp;
        texts.MarkerStyle.LineWidth = 1;
        string split = Data.SplitTitle(map.Dataset, map.Split);
        string share = $"{Format.Number(100 * map.ExplainedVariance, "0")} % of the variance";
        string alt = $"Map of {pairs.Count} pairs of {Data.Experiment.MediaWord} and text, {style.Variant.Title}, {split}; {share}.";
        return (style.Variant.Title, figure.Draw(id, "first component", alt), $"{split}, seed {map.Seed}; {pairs.Count} pairs, {share}");
    }
}
