using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>Training curves, a figure for each term.</summary>
public sealed partial class CurvesFigures
{
    private const int Bins = 100;

    internal static bool Has(ReportData data) => data.Curves.Any(c => c.Points.Count > 1);

    private IEnumerable<Term> Terms =>
    [
        .. Data.ObjectivesInUse.Select(o => new Term(
            o.Key, o.Symbol, o.Unit, point => point.Terms.TryGetValue(o.Key, out double value) ? value : null)),
        new("total", "Total loss", "weighted sum of its terms", point => point.Loss),
        new("logit-scale", "Logit scale", "at most 100", point => point.LogitScale),
        new("lr", "Learning rate", "× 10⁻³", point => 1000 * point.LearningRate),
    ];

    private IEnumerable<(Term Term, DrawnFigure Figure)> Drawn()
    {
        var styles = VariantStyle.Of(Data);
        foreach (var term in Terms)
        {
            if (Draw(styles, term) is { } figure)
                yield return (term, figure);
        }
    }

    private DrawnFigure? Draw(IReadOnlyList<VariantStyle> styles, Term term)
    {
        long last = Data.Curves.SelectMany(c => c.Points).Max(p => p.Step);
        var lines = styles.Select(s => (Style: s, Points: Bin(Data.Curves.Where(c => c.Variant == s.Variant.Id), term, last)))
            .Where(l => l.Points.Count > 1).ToList();
        if (lines.Count == 0)
            return null;
        var values = lines.SelectMany(l => l.Points).SelectMany(p => new[] { p.Low, p.High }).Append(0);
        var figure = new Figure(AxisScale.Between(0, last, 5), AxisScale.Covering(values, 5));
        foreach (var (style, points) in lines)
            DrawLine(figure.Plot, style, points);
        var ends = lines.Select(l => $"{l.Style.Variant.Title} ends at {Format.Number(l.Points[^1].Mean, "G3")}");
        return figure.Draw($"curve-{term.Id}", "step", $"{term.Name} over {last} training steps. {string.Join("; ", ends)}.");
    }

    private static void DrawLine(Plot plot, VariantStyle style, IReadOnlyList<BinPoint> points)
    {
        double[] steps = [.. points.Select(p => p.Step)];
        if (points.Any(p => p.High > p.Low))
        {
            var band = plot.Add.FillY(steps, [.. points.Select(p => p.Low)], [.. points.Select(p => p.High)]);
            band.FillColor = style.Color.WithAlpha(.15);
            band.LineWidth = 0;
            band.MarkerStyle.IsVisible = false;
        }
        var line = plot.Add.ScatterLine(steps, [.. points.Select(p => p.Mean)]);
        line.Color = style.LineColor;
        line.LineWidth = 2;
    }

    private static List<BinPoint> Bin(IEnumerable<TrainingCurve> curves, Term term, long last)
    {
        var values = from curve in curves
                     from point in curve.Points
                     let value = term.Value(point)
                     where value is { } v && double.IsFinite(v)
                     group (curve.Seed, point.Step, Value: value.Value) by (point.Step - 1) * Bins / last into bin
                     orderby bin.Key
                     select bin;
        return
        [
            .. from bin in values
               let bySeed = bin.GroupBy(v => v.Seed).Select(s => s.Average(v => v.Value)).ToList()
               select new BinPoint(bin.Average(v => v.Step), bySeed.Average(), bySeed.Min(), bySeed.Max()),
        ];
    }

    private sealed record Term(string Id, string Name, string Unit, Func<CurvePoint, double?> Value);

    private sealed record BinPoint(double Step, double Mean, double Low, double High);
}
