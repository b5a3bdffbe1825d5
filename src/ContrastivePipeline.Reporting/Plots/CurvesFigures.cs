using ContrastivePipeline.Reporting.Html;
using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>Training curves, a figure for each term.</summary>
internal static class CurvesFigures
{
    private const int Bins = 100;

    private static readonly Term[] s_terms =
    [
        new("contrastive", "L_contra", "nats, lower is better", p => p.Contrastive),
        new("cross", "L_C-cyclic", "cross-modal, lower is better", p => p.CrossModalCyclic),
        new("in-modal", "L_I-cyclic", "in-modal, lower is better", p => p.InModalCyclic),
        new("ls", "L_s", "nats, lower is better", p => p.SentenceUnsupervised),
        new("ln", "L_n", "nats, lower is better", p => p.SentenceSupervised),
        new("total", "Total loss", "weighted sum of its terms", p => p.Loss),
        new("logit-scale", "Logit scale", "at most 100", p => p.LogitScale),
        new("lr", "Learning rate", "× 10⁻³", p => 1000 * p.LearningRate),
    ];

    public static Markup Write(ReportData data)
    {
        if (!data.Curves.Any(c => c.Points.Count > 1))
            return Markup.None;
        var styles = VariantStyle.Of(data);
        int seeds = data.Curves.Select(c => c.Seed).Distinct().Count();
        string spread = seeds > 1 ? $" A line is the mean over {seeds} seeds, its band reaches from the lowest seed to the highest." : "";
        var html = new HtmlWriter();
        html.Write($"<p>Each point is the mean over a hundredth of the steps, so single steps lie above and below.{spread} Dashed lines have cyclic terms. Total losses of variants with different terms do not compare.</p>\n");
        html.Write(VariantStyle.Legend(styles.Where(s => data.Curves.Any(c => c.Variant == s.Variant.Id))));
        html.Write($"<div class=\"figures\">\n");
        foreach (var term in s_terms)
            WriteTerm(html, data, styles, term);
        html.Write($"</div>\n");
        return html.ToMarkup();
    }

    private static void WriteTerm(HtmlWriter html, ReportData data, IReadOnlyList<VariantStyle> styles, Term term)
    {
        long last = data.Curves.SelectMany(c => c.Points).Max(p => p.Step);
        var lines = styles.Select(s => (Style: s, Points: Bin(data.Curves.Where(c => c.Variant == s.Variant.Id), term, last))).Where(l => l.Points.Count > 1).ToList();
        if (lines.Count == 0)
            return;
        var figure = new Figure(
            AxisScale.Between(0, last, 5), AxisScale.Covering(lines.SelectMany(l => l.Points).SelectMany(p => new[] { p.Low, p.High }).Append(0), 5));
        foreach (var (style, points) in lines)
            Draw(figure.Plot, style, points);
        string alt = $"{term.Name} over {last} training steps. " + string.Join("; ", lines.Select(l => $"{l.Style.Variant.Title} ends at {TextFormatter.Number(l.Points[^1].Mean, "G3")}")) + ".";
        html.Write($"<figure><p class=\"title\">{TextFormatter.WithSubscripts(term.Name)} <span class=\"quiet\">({term.Unit})</span></p>\n{figure.ToSvg($"curve-{term.Id}", "step", alt)}</figure>\n");
    }

    private static void Draw(Plot plot, VariantStyle style, IReadOnlyList<BinPoint> points)
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
