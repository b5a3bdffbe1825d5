using ContrastivePipeline.Cli.Output;
using ContrastivePipeline.Evaluation;
using Spectre.Console;

namespace ContrastivePipeline.Cli.Results;

/// <summary>Measurements for people: a row a variant, mean and standard deviation over its seeds.</summary>
internal static class ResultsTable
{
    private static readonly string[] s_main = ["r@1", "top-1", "alignment", "uniformity-text"];

    /// <summary>The numbers that say most: recall at 1, top-1 accuracy, alignment and text uniformity.</summary>
    public static IEnumerable<Measurement> MostTelling(IEnumerable<Measurement> all) => all.Where(m => s_main.Contains(m.Metric.Split('/')[^1]));

    /// <summary>A table for each split, because a terminal is narrow.</summary>
    public static void Write(Invocation call, IReadOnlyList<Measurement> measurements)
    {
        foreach (var split in measurements.GroupBy(m => (m.Dataset, m.Version, m.Split)))
        {
            call.Write($"{split.Key.Dataset}@{split.Key.Version}, split {split.Key.Split}");
            call.Console.Write(Create([.. split]));
            call.Write("");
        }
    }

    private static Table Create(Measurement[] measurements)
    {
        var metrics = measurements.Select(m => m.Metric).Distinct().ToArray();
        var table = Tables.Create(["Variant", .. metrics.Select(metric => ">" + Head(metric))]);
        foreach (var variant in measurements.GroupBy(m => m.Variant))
        {
            var cells = metrics.Select(metric => Cell(metric, [.. variant.Where(m => m.Metric == metric).Select(m => m.Value)]));
            table.Add([variant.Key, .. cells]);
        }
        return table;
    }

    private static string Head(string metric) => metric.Split('/') switch
    {
        ["retrieval", "media-to-text", var name] => $"media→text {name.ToUpperInvariant()}",
        ["retrieval", "text-to-media", var name] => $"text→media {name.ToUpperInvariant()}",
        ["geometry", var name] => name.Replace('-', ' '),
        ["zero-shot", var labels, var name] => $"{labels} {name}",
        _ => metric,
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
