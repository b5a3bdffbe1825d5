using ScottPlot;
using Paint = ContrastivePipeline.Reporting.Plots.Paint;

namespace ContrastivePipeline.Web.Dashboard.Compare;

/// <summary>Alignment against text uniformity of several runs in one plot: a colour a variant, a form of marker a run.</summary>
public sealed partial class GeometryOverlay
{
    private static readonly (MarkerShape Shape, IMarker? Polygon)[] Shapes =
    [
        (MarkerShape.FilledCircle, null), (MarkerShape.FilledSquare, null), (MarkerShape.FilledCircle, PolygonMarker.TriangleUp),
        (MarkerShape.FilledCircle, PolygonMarker.Diamond), (MarkerShape.FilledCircle, PolygonMarker.TriangleDown),
    ];

    private static readonly string[] Signs = ["●", "■", "▲", "◆", "▼"];

    private DrawnFigure Draw(IGrouping<string, GeometryPoint> split)
    {
        var (runs, variants) = (Runs, Variants);
        var figure = new Figure(
            AxisScale.Covering(split.Select(p => p.Alignment), 5, 0.16),
            AxisScale.Covering(split.Select(p => p.UniformityText), 5, 0.14), 320);
        foreach (var variant in split.GroupBy(p => p.Variant))
        {
            if (variant.FirstOrDefault(p => p.RunId == runs[0]) is not { } first)
                continue;
            foreach (var point in variant.Where(p => p != first))
            {
                var line = figure.Plot.Add.Line(first.Alignment, first.UniformityText, point.Alignment, point.UniformityText);
                line.Color = Paint.Quiet;
                line.LineWidth = 1;
            }
        }
        foreach (var point in split)
        {
            var (shape, polygon) = Shapes[runs.IndexOf(point.RunId) % Shapes.Length];
            var marker = figure.Plot.Add.Marker(
                point.Alignment, point.UniformityText, shape, 11, Paint.Variant(variants.IndexOf(point.Variant)));
            marker.MarkerStyle.CustomRenderer = polygon;
        }
        Label(figure, split, runs);
        var places = split.Select(p => $"{RunFormatter.Variant(p.Variant)} in run {RunLetter.Of(runs.IndexOf(p.RunId))} "
            + $"{Format.Number(p.Alignment, "0.000")} and {Format.Number(p.UniformityText, "0.000")}");
        return figure.Draw(
            $"overlay-{split.Key}".ToId(), "alignment (← lower is better)",
            $"Alignment and text uniformity, {split.Key}: {string.Join("; ", places)}.");
    }

    private static void Label(Figure figure, IEnumerable<GeometryPoint> points, List<string> runs)
    {
        var placer = new LabelPlacer(figure.DataArea);
        var pixels = points.Select(p => (Point: p, At: figure.Pixel(p.Alignment, p.UniformityText))).ToList();
        foreach (var (_, at) in pixels)
            placer.AddMarker(at.X, at.Y, 8);
        foreach (var (point, at) in pixels)
        {
            var text = $"{RunFormatter.Variant(point.Variant)} {RunLetter.Of(runs.IndexOf(point.RunId))}";
            var (x, y) = placer.Place(at.X, at.Y, text.Length * 6.6);
            figure.Text(x, y, text);
        }
    }
}
