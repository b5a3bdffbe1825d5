using Spectre.Console;

namespace ContrastivePipeline.Cli.Output;

/// <summary>Measurements as text: one row per variant, with the mean and standard deviation over its seeds.</summary>
internal static class ResultsTable
{
    private static readonly string[] Main = ["r@1", "top-1", "alignment", "uniformity-text"];

    /// <summary>The numbers that say most: recall at 1, top-1 accuracy, alignment and text uniformity.</summary>
    public static IEnumerable<Measurement> Headline(IEnumerable<Measurement> all) => all.Where(m => Main.Contains(m.Metric.Split('/')[^1]));

    /// <summary>A table for each split, or several where the metrics are more than the terminal is wide.</summary>
    /// <param name="output">Where headings go: the text behind <paramref name="console"/>.</param>
    /// <param name="measurements">The measurements of one run.</param>
    public static void Write(IAnsiConsole console, TextWriter output, IReadOnlyList<Measurement> measurements)
    {
        foreach (var split in measurements.GroupBy(m => (m.Dataset, m.Version, m.Split)))
        {
            output.WriteLine($"{split.Key.Dataset}@{split.Key.Version}, split {split.Key.Split}");
            Write(console, [.. split]);
            output.WriteLine();
        }
    }

    private static void Write(IAnsiConsole console, Measurement[] measurements)
    {
        var metrics = measurements.Select(m => m.Metric).Distinct().ToArray();
        var rows = measurements.GroupBy(m => m.Variant).Select(variant => (string[])
            [variant.Key, .. metrics.Select(metric => Cell(metric, [.. variant.Where(m => m.Metric == metric).Select(m => m.Value)]))]);
        ConsoleTables.WriteFitting(console, ["Variant", .. metrics.Select(metric => ">" + Head(metric))], [.. rows]);
    }

    private static string Head(string metric) => metric.Split('/') switch
    {
        ["retrieval", "media-to-text", var name] => $"media→text {RetrievalName(name)}",
        ["retrieval", "text-to-media", var name] => $"text→media {RetrievalName(name)}",
        ["geometry", var name] => name.Replace('-', ' '),
        ["zero-shot", var labels, var name] => $"{labels} {name}",
        _ => metric,
    };

    private static string RetrievalName(string name) => name switch
    {
        "map@10" => "mAP@10",
        _ when name.StartsWith("r@", StringComparison.Ordinal) => name.ToUpperInvariant(),
        _ => name.Replace('-', ' '),
    };

    private static string Cell(string metric, double[] values)
    {
        if (values.Length == 0)
            return "";
        var summary = SeedSummary.Of(values);
        var unit = MetricCatalogue.Find(metric)?.Unit ?? MetricUnit.Number;
        return summary.StandardDeviation is { } deviation
            ? $"{Number(summary.Mean, unit)} ± {Number(deviation, unit)}"
            : Number(summary.Mean, unit);
    }

    private static string Number(double value, MetricUnit unit) => unit switch
    {
        MetricUnit.Fraction => $"{100 * value:0.0}",
        MetricUnit.Rank => $"{value:0.0}",
        _ => $"{value:0.000}",
    };
}
