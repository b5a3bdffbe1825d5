using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>
/// How a variant looks in every plot: its own colour, and a form that does not need colour: lines of variants with cyclic terms are
/// dashed and their markers square.
/// </summary>
internal sealed record VariantStyle(VariantSummary Variant, int Index)
{
    public Color Color => Paint.Variant(Index);

    public bool IsDashed => Variant.Objectives.IsCyclic;

    public Color LineColor => IsDashed ? Paint.VariantDashed(Index) : Color;

    /// <summary>The colour as the page's style sheet names it.</summary>
    public string CssColor => $"var(--c{Index % Paint.VariantColors})";

    public MarkerShape Marker => IsDashed ? MarkerShape.FilledSquare : MarkerShape.FilledCircle;

    public static IReadOnlyList<VariantStyle> Of(ReportData data) => [.. data.Variants.Select((v, i) => new VariantStyle(v, i))];
}
