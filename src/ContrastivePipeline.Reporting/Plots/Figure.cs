using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using ScottPlot;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>A plot as inline SVG. ScottPlot draws the lines, areas and markers; words are SVG text in the page's own font, placed here,
/// because a machine that makes reports need not have fonts, and because the page's text follows its reader's size and colours.</summary>
internal sealed partial class Figure
{
    public const float Width = 400;
    private const float Left = 46, Right = 12, Top = 10, Bottom = 40;

    private readonly float _height;
    private readonly AxisScale _x;
    private readonly AxisScale _y;
    private readonly List<FigureText> _texts = [];

    public Figure(AxisScale x, AxisScale y, float height = 270)
    {
        (_x, _y, _height) = (x, y, height);
        Plot.Layout.Fixed(new PixelPadding(Left, Right, Bottom, Top));
        Plot.FigureBackground.Color = Colors.Transparent;
        Plot.DataBackground.Color = Colors.Transparent;
        Plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
        Plot.Grid.MajorLineColor = Paint.Line;
        Plot.Grid.MajorLineWidth = 1;
        Prepare(Plot.Axes.Bottom, x);
        Prepare(Plot.Axes.Left, y);
        Plot.Axes.Right.FrameLineStyle.IsVisible = false;
        Plot.Axes.Top.FrameLineStyle.IsVisible = false;
    }

    public Plot Plot { get; } = new();

    /// <summary>Where a point of the axes lies in the drawing, pixels from its upper left corner.</summary>
    public (double X, double Y) Pixel(double x, double y) => (
        Left + ((x - _x.Low) / (_x.High - _x.Low) * (Width - Left - Right)),
        _height - Bottom - ((y - _y.Low) / (_y.High - _y.Low) * (_height - Top - Bottom)));

    /// <summary>The part of the drawing that data lie in.</summary>
    public (double Left, double Top, double Right, double Bottom) DataArea => (Left, Top, Width - Right, _height - Bottom);

    /// <summary>Writes text at a pixel; <paramref name="anchor"/> is SVG's: start, middle or end.</summary>
    public void Text(double x, double y, string text, string anchor = "start", string css = "label") =>
        _texts.Add(new(x, y, text, anchor, css));

    /// <param name="id">Unique in the page.</param>
    /// <param name="xTitle">What the horizontal axis shows.</param>
    /// <param name="alt">What the figure shows, for those who do not see it.</param>
    public DrawnFigure Draw(string id, string xTitle, string alt)
    {
        foreach (double tick in _x.Ticks)
            Text(Pixel(tick, _y.Low).X, _height - Bottom + 17, _x.Label(tick), "middle", "tick");
        foreach (double tick in _y.Ticks)
            Text(Left - 7, Pixel(_x.Low, tick).Y + 4, _y.Label(tick), "end", "tick");
        Text(Width - Right, _height - 5, xTitle, "end");

        string svg = Plot.GetSvgXml((int)Width, (int)_height);
        int start = svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1;
        string body = svg[start..svg.LastIndexOf("</svg>", StringComparison.Ordinal)];
        body = LongDecimal().Replace(Paint.ToStyleSheet(body), m => Tenths(double.Parse(m.Value, CultureInfo.InvariantCulture)));
        body = WithOwnIds(body, id);
        return new DrawnFigure(Width, _height, alt, new MarkupString(Space().Replace(body, "\n")), _texts);
    }

    // Skia counts its ids through the whole process: the same figure would never be the same text again.
    private static string WithOwnIds(string svg, string id)
    {
        var numbers = new Dictionary<string, int>();
        return SkiaId().Replace(svg, m =>
        {
            if (!numbers.TryGetValue(m.Value, out int number))
                numbers[m.Value] = number = numbers.Count;
            return $"{id}-{number}";
        });
    }

    private static string Tenths(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static void Prepare(IAxis axis, AxisScale scale)
    {
        double[] ticks = [.. scale.Ticks];
        axis.TickGenerator = new ScottPlot.TickGenerators.NumericManual(ticks, [.. ticks.Select(_ => "")]);
        axis.TickLabelStyle.IsVisible = false;
        axis.FrameLineStyle.Color = Paint.Quiet;
        axis.MajorTickStyle.Color = Paint.Quiet;
    }

    // A tenth of a pixel is more than a screen shows.
    [GeneratedRegex(@"(?<![\w#-])\d+\.\d{2,}(?=[\sLMQCZ"",)])")]
    private static partial Regex LongDecimal();

    [GeneratedRegex("cl_[0-9a-f]+")]
    private static partial Regex SkiaId();

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex Space();
}

/// <summary>A figure, drawn.</summary>
/// <param name="Shapes">Lines, areas and markers, as SVG.</param>
public sealed record DrawnFigure(float Width, float Height, string Alt, MarkupString Shapes, IReadOnlyList<FigureText> Texts);

/// <summary>A text in a drawing.</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the upper edge to the base line.</param>
/// <param name="Text">The text; names of objectives get subscripts.</param>
/// <param name="Anchor">Which part of the text is there: <c>start</c>, <c>middle</c> or <c>end</c>.</param>
public sealed record FigureText(double X, double Y, string Text, string Anchor, string Css);
