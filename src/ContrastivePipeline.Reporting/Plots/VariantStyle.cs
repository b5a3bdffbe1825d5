using ContrastivePipeline.Reporting.Html;
using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>
/// How a variant looks in every plot: its own colour, and a form that does not need colour: lines of variants with cyclic terms are
/// dashed and their markers square.
/// </summary>
internal sealed record VariantStyle(VariantSummary Variant, int Index)
{
    public Color Color => Paint.Variant(Index);

    public Color LineColor => Variant.Objectives.IsCyclic ? Paint.VariantDashed(Index) : Color;

    public MarkerShape Marker => Variant.Objectives.IsCyclic ? MarkerShape.FilledSquare : MarkerShape.FilledCircle;

    public static IReadOnlyList<VariantStyle> Of(ReportData data) => [.. data.Variants.Select((v, i) => new VariantStyle(v, i))];

    /// <summary>The key to a group of figures.</summary>
    public static Markup Legend(IEnumerable<VariantStyle> styles) =>
        Markup.Of($"<ul class=\"legend\" aria-label=\"Key\">{Markup.Join(styles.Select(s => Markup.Of($"<li>{s.Swatch()}{TextFormatter.WithSubscripts(s.Variant.Title)}</li>")))}</ul>\n");

    private Markup Swatch()
    {
        string color = $"var(--c{Index % Paint.VariantColors})";
        var dash = Variant.Objectives.IsCyclic ? new Markup(" stroke-dasharray=\"6 3\"") : Markup.None;
        var marker = Variant.Objectives.IsCyclic
            ? Markup.Of($"<rect x=\"13\" y=\"2\" width=\"8\" height=\"8\" fill=\"{color}\" />")
            : Markup.Of($"<circle cx=\"17\" cy=\"6\" r=\"4.5\" fill=\"{color}\" />");
        return Markup.Of($"<svg class=\"swatch\" aria-hidden=\"true\" viewBox=\"0 0 34 12\"><line x1=\"0\" y1=\"6\" x2=\"34\" y2=\"6\" stroke=\"{color}\" stroke-width=\"2\"{dash} />{marker}</svg>");
    }
}
