using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>Similarities of matched and unmatched pairs, a figure for each variant, all on the same axes.</summary>
public sealed partial class HistogramFigures
{
    private IEnumerable<(string Variant, DrawnFigure Figure, string Caption)> Drawn()
    {
        double top = Data.Similarities.SelectMany(h => Percent(h.Matched).Concat(Percent(h.Unmatched))).DefaultIfEmpty(0).Max();
        var x = AxisScale.Covering(Data.Similarities.SelectMany(Used), 5, 0.02);
        var y = AxisScale.Between(0, top > 0 ? 1.05 * top : 1, 4);
        return Data.Similarities.Select((histogram, index) => Draw(histogram, new Figure(x, y, 220), $"histogram-{index}"));
    }

    private static double[] Percent(IReadOnlyList<long> counts) => [.. counts.Select(c => 100.0 * c / Math.Max(1, counts.Sum()))];

    // The ends of the bins that hold more than a handful.
    private static IEnumerable<double> Used(PairSimilarities h)
    {
        double[] matched = Percent(h.Matched), unmatched = Percent(h.Unmatched);
        return Enumerable.Range(0, matched.Length).Where(i => matched[i] + unmatched[i] > 0.01)
            .SelectMany(i => new[] { h.Edges[i], h.Edges[i + 1] });
    }

    private (string Variant, DrawnFigure Figure, string Caption) Draw(PairSimilarities histogram, Figure figure, string id)
    {
        var style = VariantStyle.Of(Data).First(s => s.Variant.Id == histogram.Variant);
        DrawArea(figure.Plot, histogram.Edges, Percent(histogram.Matched), style.Color.WithAlpha(.55), style.Color);
        DrawArea(figure.Plot, histogram.Edges, Percent(histogram.Unmatched), Paint.Quiet.WithAlpha(.12), Paint.Quiet);
        double matched = Mean(histogram.Edges, histogram.Matched), unmatched = Mean(histogram.Edges, histogram.Unmatched);
        string means = $"mean {Format.Number(matched, "0.00")} matched, {Format.Number(unmatched, "0.00")} unmatched";
        string split = Data.SplitTitle(histogram.Dataset, histogram.Split);
        var drawn = figure.Draw(id, "cosine similarity", $"Similarity of pairs, {style.Variant.Title}, {split}: {means}.");
        return (style.Variant.Title, drawn, $"{split}, seed {histogram.Seed}: {means}");
    }

    private static void DrawArea(Plot plot, IReadOnlyList<double> edges, double[] shares, Color fill, Color line)
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
