using System.Globalization;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>A linear axis with round ticks.</summary>
internal sealed record AxisScale(double Low, double High, IReadOnlyList<double> Ticks)
{
    /// <summary>An axis that covers all values, with a margin at both ends, and about <paramref name="ticks"/> ticks.</summary>
    public static AxisScale Covering(IEnumerable<double> values, int ticks, double space = 0.04)
    {
        var finite = values.Where(double.IsFinite).ToList();
        double low = finite.Count > 0 ? finite.Min() : 0, high = finite.Count > 0 ? finite.Max() : 1;
        if (high - low < 1e-12 * Math.Max(1, Math.Abs(high)))
            (low, high) = (low - Math.Max(0.5, Math.Abs(low) / 10), high + Math.Max(0.5, Math.Abs(high) / 10));
        double margin = (high - low) * space;
        return Between(low - margin, high + margin, ticks);
    }

    /// <summary>An axis of exactly these ends.</summary>
    public static AxisScale Between(double low, double high, int ticks)
    {
        double rough = (high - low) / ticks, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = new[] { 1.0, 2, 5, 10 }.Select(m => m * power).First(s => s >= rough * 0.999);
        var positions = new List<double>();
        for (double i = Math.Ceiling(low / step - 1e-9); i * step <= high + (1e-9 * step); i++)
            positions.Add(i * step);
        return new(low, high, positions);
    }

    /// <summary>A tick's label, with as many decimals as the ticks need.</summary>
    public string Label(double tick)
    {
        double step = Ticks.Count > 1 ? Ticks[1] - Ticks[0] : 1;
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 6);
        double rounded = Math.Round(tick, decimals) + 0.0;
        return rounded.ToString(rounded >= 10_000 ? "#,0" : "F" + decimals, CultureInfo.InvariantCulture)
            .Replace('-', '−').Replace(',', '\u202F');
    }
}
