using System.Globalization;

namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>How a metric of the catalogue is named and printed in this report.</summary>
/// <param name="Family">Metrics of one family and group share a table: <c>retrieval</c>, <c>zero-shot</c>, <c>geometry</c> …</param>
/// <param name="Group">What else its table is about: a direction, a label set; empty for none.</param>
/// <param name="HigherIsBetter">Which way is better; null where neither is.</param>
internal sealed record MetricFormatter(string Family, string Group, string Title, MetricUnit Unit, bool? HigherIsBetter, string Explanation)
{
    public const string TextUniformity = "geometry/uniformity-text";
    public const string Alignment = "geometry/alignment";

    public static IReadOnlyList<string> RecallAtOne { get; } = ["retrieval/media-to-text/r@1", "retrieval/text-to-media/r@1"];

    /// <summary>A metric that the catalogue does not know is shown by its id, as a bare number that neither way makes better.</summary>
    public static MetricFormatter Of(string metric, string mediaWord)
    {
        string[] path = metric.Split('/');
        var known = MetricCatalogue.Find(metric);
        string group = path switch
        {
            ["retrieval", "media-to-text", _] => $"{mediaWord} → text",
            ["retrieval", "text-to-media", _] => $"text → {mediaWord}",
            ["sentences", "sts-all", _] => "STS, all pairs",
            ["sentences", "sts-mean", _] => "STS, mean of subsets",
            ["sentences", "sts-wmean", _] => "STS, mean of subsets by size",
            _ => string.Join(" · ", path.Skip(1).SkipLast(1)),
        };
        bool? higherIsBetter = known?.Direction switch
        {
            Direction.HigherIsBetter => true,
            Direction.LowerIsBetter => false,
            _ => null,
        };
        return new(path[0], group, Head(path[^1], mediaWord), known?.Unit ?? MetricUnit.Number, higherIsBetter, known?.Explanation ?? "");
    }

    /// <summary>A value, for people.</summary>
    public string Format(double value)
    {
        string number = Unit switch
        {
            MetricUnit.Fraction => (100 * value).ToString("0.0", CultureInfo.InvariantCulture),
            MetricUnit.Rank => value.ToString("0.0", CultureInfo.InvariantCulture),
            _ => value.ToString("0.000", CultureInfo.InvariantCulture),
        };
        return number.Replace('-', '−');
    }

    /// <summary>A difference with its sign, without unit.</summary>
    public string FormatChange(double difference)
    {
        string text = Format(difference);
        return difference > 0 ? "+" + text : text;
    }

    /// <summary>The unit of a difference, with a space before it; empty for a bare number.</summary>
    public string ChangeUnit => Unit == MetricUnit.Fraction ? " points" : "";

    private static string Head(string name, string mediaWord) => name switch
    {
        "uniformity-text" => "uniformity, text",
        "uniformity-media" => $"uniformity, {mediaWord}",
        "uniformity-cross" => "uniformity, across",
        "map@10" => "mAP@10",
        _ when name.StartsWith("r@", StringComparison.Ordinal) => name.ToUpperInvariant(),
        _ when name.StartsWith("top-", StringComparison.Ordinal) => name,
        _ => name.Replace('-', ' '),
    };
}
