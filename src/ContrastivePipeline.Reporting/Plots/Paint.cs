using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>How a variant looks in every plot: its own colour, and a form that does not need colour: lines of variants with cyclic terms
/// are dashed and their markers square.</summary>
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

/// <summary>Colours of the page's style sheet. A plot is drawn in stand-in colours that the figure then replaces by CSS variables, so that
/// one drawing serves light and dark pages. Stand-ins have no short form (#121 for #112211), which Skia would write.</summary>
internal static class Paint
{
    /// <summary>Number of variant colours in the style sheet (<c>--c0</c> …); chosen to be distinguished by the colour-blind.</summary>
    public const int VariantColors = 8;

    public static Color Ink { get; } = new(0x11, 0x21, 0x01);

    public static Color Quiet { get; } = new(0x11, 0x21, 0x02);

    public static Color Line { get; } = new(0x11, 0x21, 0x03);

    public static Color Paper { get; } = new(0x11, 0x21, 0x04);

    public static Color Variant(int index) => new(0x12, 0x22, (byte)(0x10 + (index % VariantColors)));

    /// <summary>A variant's colour for a line that becomes dashed: Skia's SVG writer knows no dashes and would complain on
    /// stderr.</summary>
    public static Color VariantDashed(int index) => new(0x12, 0x23, (byte)(0x10 + (index % VariantColors)));

    /// <summary>Replaces the stand-ins in an SVG by the style sheet's variables.</summary>
    public static string ToStyleSheet(string svg)
    {
        svg = Replace(svg, Ink, "ink");
        svg = Replace(svg, Quiet, "quiet");
        svg = Replace(svg, Line, "line");
        svg = Replace(svg, Paper, "paper");
        for (int i = 0; i < VariantColors; i++)
        {
            svg = Replace(svg, Variant(i), $"c{i}");
            svg = Replace(svg, VariantDashed(i), $"c{i}", " stroke-dasharray=\"6 3\"");
        }
        return svg;
    }

    private static string Replace(string svg, Color color, string variable, string attributes = "") =>
        svg.Replace($"\"#{color.R:X2}{color.G:X2}{color.B:X2}\"", $"\"var(--{variable})\"{attributes}", StringComparison.OrdinalIgnoreCase);
}
