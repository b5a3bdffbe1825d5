using System.Globalization;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>Names a measurement of a run: <c>variant/seed/split/metric</c>, for example <c>clip+ls/1/seen/retrieval/text-to-media/r@1</c>.</summary>
public sealed record MeasurementAddress(string Variant, int Seed, string Split, string Metric)
{
    /// <summary>The address of a measurement.</summary>
    public static MeasurementAddress Of(Measurement m) => new(m.Variant, m.Seed, m.Split, m.Metric);

    /// <summary>Reads an address; null where the text is none.</summary>
    public static MeasurementAddress? Parse(string text) =>
        text.Split('/', 4) is [{ Length: > 0 } variant, var seed, { Length: > 0 } split, { Length: > 0 } metric]
        && int.TryParse(seed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? new MeasurementAddress(variant, number, split, metric)
            : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Variant}/{Seed}/{Split}/{Metric}");
}
