using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Reporting.Plots;
using ContrastivePipeline.Web.Dashboard.Runs;
using ContrastivePipeline.Workflow.Results;
using ScottPlot;
using Paint = ContrastivePipeline.Reporting.Plots.Paint;

namespace ContrastivePipeline.Web.Dashboard.Compare;

/// <summary>Alignment against text uniformity of several runs in one plot: a colour a variant, a form of marker a run.</summary>
internal static class GeometryOverlay
{
    private static readonly (MarkerShape Shape, IMarker? Polygon)[] s_shapes =
    [
        (MarkerShape.FilledCircle, null), (MarkerShape.FilledSquare, null), (MarkerShape.FilledCircle, PolygonMarker.TriangleUp),
        (MarkerShape.FilledCircle, PolygonMarker.Diamond), (MarkerShape.FilledCircle, PolygonMarker.TriangleDown),
    ];

    private static readonly string[] s_signs = ["●", "■", "▲", "◆", "▼"];

    public static Markup Write(RunComparison comparison)
    {
        if (comparison.Geometry.Count == 0)
            return Markup.None;
        var runs = comparison.Runs.Select(r => r.Id).ToList();
        var variants = comparison.Geometry.Select(p => p.Variant).Distinct().ToList();
        var html = new HtmlWriter();
        html.Write($"""
            <section aria-labelledby="geometry"><h2 id="geometry">Alignment against uniformity</h2>
            <p>Further left, matched pairs lie closer together; further down, texts fill the sphere more evenly. A line leads from each variant in run A to
            the same variant in the others.</p>
            <ul class="legend" aria-label="Key: runs">{Markup.Join(runs.Select((id, i) => Markup.Of($"<li><span aria-hidden=\"true\">{s_signs[i % s_signs.Length]}</span> {ComparePage.Letter(i)}: {id}</li>")))}</ul>
            <ul class="legend" aria-label="Key: variants">{Markup.Join(variants.Select((v, i) => Markup.Of($"<li><svg class=\"swatch\" aria-hidden=\"true\" viewBox=\"0 0 34 12\"><rect x=\"2\" y=\"3\" width=\"30\" height=\"6\" rx=\"3\" fill=\"var(--c{i % Paint.VariantColors})\" /></svg>{TextFormatter.WithSubscripts(RunFormatter.Variant(v))}</li>")))}</ul>
            <div class="figures">

            """);
        foreach (var split in comparison.Geometry.GroupBy(p => p.Split))
            WriteSplit(html, split, runs, variants);
        html.Write($"</div></section>\n");
        return html.ToMarkup();
    }

    private static void WriteSplit(HtmlWriter html, IGrouping<string, GeometryPoint> split, List<string> runs, List<string> variants)
    {
        var figure = new Figure(
            AxisScale.Covering(split.Select(p => p.Alignment), 5, 0.16), AxisScale.Covering(split.Select(p => p.UniformityText), 5, 0.14), 320);
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
            var (shape, polygon) = s_shapes[runs.IndexOf(point.RunId) % s_shapes.Length];
            var marker = figure.Plot.Add.Marker(
                point.Alignment, point.UniformityText, shape, 11, Paint.Variant(variants.IndexOf(point.Variant)));
            marker.MarkerStyle.CustomRenderer = polygon;
        }
        Label(figure, split, runs);
        var alt = $"Alignment and text uniformity, {split.Key}: " + string.Join("; ", split.Select(p =>
            $"{RunFormatter.Variant(p.Variant)} in run {ComparePage.Letter(runs.IndexOf(p.RunId))} {TextFormatter.Number(p.Alignment, "0.000")} and {TextFormatter.Number(p.UniformityText, "0.000")}")) + ".";
        html.Write($"<figure><p class=\"title\">Text uniformity <span class=\"quiet\">(↓ lower is better), {split.Key}</span></p>\n{figure.ToSvg($"overlay-{split.Key}".ToId(), "alignment (← lower is better)", alt)}</figure>\n");
    }

    private static void Label(Figure figure, IEnumerable<GeometryPoint> points, List<string> runs)
    {
        var placer = new LabelPlacer(figure.DataArea);
        var pixels = points.Select(p => (Point: p, At: figure.Pixel(p.Alignment, p.UniformityText))).ToList();
        foreach (var (_, at) in pixels)
            placer.AddMarker(at.X, at.Y, 8);
        foreach (var (point, at) in pixels)
        {
            var text = $"{RunFormatter.Variant(point.Variant)} {ComparePage.Letter(runs.IndexOf(point.RunId))}";
            var (x, y) = placer.Place(at.X, at.Y, text.Length * 6.6);
            figure.Text(x, y, text);
        }
    }
}
