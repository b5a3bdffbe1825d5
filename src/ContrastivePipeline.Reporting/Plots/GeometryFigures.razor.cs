using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>Alignment against text uniformity, one point a variant, a figure for each split.</summary>
public sealed partial class GeometryFigures
{
    internal static bool Has(ReportData data)
    {
        var results = new Results(data);
        return results.KeysOf(MetricFormatter.Alignment).Any(key => Points(data, results, key).Count > 0);
    }

    private IEnumerable<(string Split, DrawnFigure Figure)> Drawn()
    {
        var results = new Results(Data);
        foreach (var key in results.KeysOf(MetricFormatter.Alignment))
        {
            if (Points(Data, results, key) is { Count: > 0 } points)
                yield return (Data.SplitTitle(key.Dataset, key.Split), Draw(key, points));
        }
    }

    private static List<Point> Points(ReportData data, Results results, MetricKey alignment)
    {
        var uniformity = alignment with { Metric = MetricFormatter.TextUniformity };
        return
        [
            .. from style in VariantStyle.Of(data)
               let x = results.Statistics(style.Variant.Id, alignment)
               let y = results.Statistics(style.Variant.Id, uniformity)
               where x is not null && y is not null
               select new Point(style, x.Mean, y.Mean, Seeds(results, style.Variant.Id, alignment, uniformity)),
        ];
    }

    private DrawnFigure Draw(MetricKey alignment, List<Point> points)
    {
        var figure = new Figure(
            AxisScale.Covering(points.SelectMany(p => p.Seeds.Select(s => s.X)), 5, 0.16),
            AxisScale.Covering(points.SelectMany(p => p.Seeds.Select(s => s.Y)), 5, 0.14), 320);
        foreach (var point in points)
            DrawLink(figure.Plot, points, point);
        foreach (var point in points)
            DrawMarkers(figure.Plot, point);
        DrawLabels(figure, points);
        var places = points.Select(p => $"{p.Style.Variant.Title} {Format.Number(p.X, "0.000")} and {Format.Number(p.Y, "0.000")}");
        string split = Data.SplitTitle(alignment.Dataset, alignment.Split);
        return figure.Draw(
            $"geometry-{alignment.Dataset}-{alignment.Split}".ToId(), "alignment (← lower is better)",
            $"Alignment and text uniformity of each variant, {split}: {string.Join("; ", places)}.");
    }

    private static List<(double X, double Y)> Seeds(Results results, string variant, MetricKey x, MetricKey y)
    {
        var ys = results.Of(variant, y).ToDictionary(m => m.Seed, m => m.Value);
        return [.. results.Of(variant, x).Where(m => ys.ContainsKey(m.Seed)).Select(m => (m.Value, ys[m.Seed]))];
    }

    private static void DrawLink(Plot plot, List<Point> points, Point point)
    {
        if (points.FirstOrDefault(p => p.Style.Variant.Id == point.Style.Variant.Baseline) is not { } baseline
            || baseline.Style.Variant.Objectives.IsCyclic != point.Style.Variant.Objectives.IsCyclic)
        {
            return;
        }

        var line = plot.Add.Line(baseline.X, baseline.Y, point.X, point.Y);
        line.Color = Paint.Quiet;
        line.LineWidth = 1;
    }

    private static void DrawMarkers(Plot plot, Point point)
    {
        if (point.Seeds.Count > 1)
        {
            foreach (var (x, y) in point.Seeds)
                plot.Add.Marker(x, y, point.Style.Marker, 5, point.Style.Color.WithAlpha(.5));
        }
        plot.Add.Marker(point.X, point.Y, point.Style.Marker, 11, point.Style.Color);
    }

    private static void DrawLabels(Figure figure, List<Point> points)
    {
        var placer = new LabelPlacer(figure.DataArea);
        foreach (var point in points)
        {
            var (x, y) = figure.Pixel(point.X, point.Y);
            placer.AddMarker(x, y, 8);
        }
        foreach (var point in points)
        {
            var (x, y) = figure.Pixel(point.X, point.Y);
            var (textX, textY) = placer.Place(x, y, point.Style.Variant.Title.Length * 6.6);
            figure.Text(textX, textY, point.Style.Variant.Title);
        }
    }

    private sealed record Point(VariantStyle Style, double X, double Y, List<(double X, double Y)> Seeds);
}
