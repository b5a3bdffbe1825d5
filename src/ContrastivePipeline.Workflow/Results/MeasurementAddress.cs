using System.Globalization;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>Names a measurement of a run: <c>variant/seed/split/metric</c>, for example
/// <c>clip+ls/1/seen/retrieval/text-to-media/r@1</c>; of another dataset than the one trained on, <c>variant/seed/dataset:split/metric</c>.
/// </summary>
/// <param name="Dataset">Name of the dataset; null for the one that the run trained on.</param>
public sealed record MeasurementAddress(string Variant, int Seed, string? Dataset, string Split, string Metric)
{
    /// <summary>The address of a measurement.</summary>
    /// <param name="trained">Name of the dataset that the run trained on.</param>
    public static MeasurementAddress Of(Measurement m, string trained)
    {
        ArgumentNullException.ThrowIfNull(m);
        return new(m.Variant, m.Seed, m.Dataset == trained ? null : m.Dataset, m.Split, m.Metric);
    }

    /// <summary>Reads an address; null where the text is none.</summary>
    public static MeasurementAddress? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Split('/', 4) is not [{ Length: > 0 } variant, var seed, { Length: > 0 } place, { Length: > 0 } metric]
            || !int.TryParse(seed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }
        return place.Split(':', 2) is [{ Length: > 0 } dataset, { Length: > 0 } split]
            ? new MeasurementAddress(variant, number, dataset, split, metric)
            : new MeasurementAddress(variant, number, null, place, metric);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Variant}/{Seed}/{(Dataset is null ? "" : Dataset + ":")}{Split}/{Metric}");
}

/// <summary>A number as printed in a table, with its number of decimals.</summary>
internal sealed class PrintedNumber
{
    private const int MostDecimals = 20;

    private readonly double _value;
    private readonly decimal _shown;
    private readonly int _decimals;
    private readonly bool _perCent;

    private PrintedNumber(double value, decimal shown, int decimals, bool perCent) =>
        (_value, _shown, _decimals, _perCent) = (value, shown, decimals, perCent);

    /// <summary>Reads <c>46.2</c>, <c>46.2 %</c>, <c>0.462</c>, <c>-2.31</c>, <c>−2.31</c>; null for any other text.</summary>
    public static PrintedNumber? Parse(string text)
    {
        var plain = text.Trim().Replace('−', '-');
        var perCent = plain.EndsWith('%');
        plain = plain.TrimEnd('%', ' ');
        if (!double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return null;
        // Printed with an exponent, or longer than a table prints: only the very number is meant.
        var decimals = plain.Contains('.') ? plain.Length - plain.IndexOf('.') - 1 : 0;
        return plain.AsSpan().ContainsAny('e', 'E') || decimals > MostDecimals
            || !decimal.TryParse(plain, NumberStyles.Number, CultureInfo.InvariantCulture, out var shown)
            ? new PrintedNumber(value, 0, -1, perCent)
            : new PrintedNumber(value, shown, decimals, perCent);
    }

    /// <summary>Whether a value of this metric is printed so, as it is or, where it is a fraction, as per cent.</summary>
    public bool IsOf(string metric, double value)
    {
        var isFraction = MetricCatalogue.Find(metric)?.Unit == MetricUnit.Fraction;
        return (isFraction && Rounds(100 * value)) || (!_perCent && Rounds(value));
    }

    private bool Rounds(double value) => value == _value || (_decimals >= 0 && Math.Abs(value) < 1e15
        && decimal.Parse(
            value.ToString($"F{_decimals}", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture) == _shown);
}
