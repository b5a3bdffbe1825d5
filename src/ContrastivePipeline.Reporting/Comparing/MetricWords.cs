using System.Globalization;

namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>How a metric is named, printed and read.</summary>
/// <param name="Family">Metrics of one family and group share a table: <c>retrieval</c>, <c>zero-shot</c>, <c>geometry</c> …</param>
/// <param name="Group">What else its table is about: a direction, a label set; empty for none.</param>
/// <param name="Title">Head of its column.</param>
/// <param name="IsShare">Whether values are fractions, printed in per cent.</param>
/// <param name="HigherIsBetter">Which way is better; null where neither is.</param>
/// <param name="Explanation">What it says, in a sentence.</param>
internal sealed record MetricWords(string Family, string Group, string Title, bool IsShare, bool? HigherIsBetter, string Explanation)
{
    public const string TextUniformity = "geometry/uniformity-text";
    public const string Alignment = "geometry/alignment";

    public static MetricWords Of(string metric, string mediaWord)
    {
        string[] path = metric.Split('/');
        string name = path[^1];
        if (path is ["retrieval", var direction, _])
            return Retrieval(direction == "media-to-text" ? $"{mediaWord} → text" : $"text → {mediaWord}", name);
        if (path is ["zero-shot", var labels, _])
            return new("zero-shot", labels, name, true, true, $"Share of {mediaWord}s whose class is found from its name alone ({name}).");
        if (path is ["geometry", _])
            return Geometry(name, mediaWord);
        return new(path[0], path.Length > 2 ? string.Join(" · ", path[1..^1]) : "", name, false, null, "");
    }

    /// <summary>A value, for people.</summary>
    public string Format(double value) =>
        Typographic(IsShare ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) : value.ToString(Decimals, CultureInfo.InvariantCulture));

    /// <summary>A difference with its sign, without unit.</summary>
    public string FormatChange(double difference)
    {
        string text = Format(difference);
        return difference > 0 ? "+" + text : text;
    }

    /// <summary>The unit of a difference, with a space before it; empty for a bare number.</summary>
    public string ChangeUnit => IsShare ? " points" : "";

    private string Decimals => Title is "median rank" or "mean rank" ? "0.0" : "0.000";

    public static string Typographic(string number) => number.Replace('-', '−');

    private static MetricWords Retrieval(string direction, string name) => name switch
    {
        "mean-rank" => new("retrieval", direction, "mean rank", false, false, $"Mean rank of the first right result, {direction}."),
        "map@10" => new("retrieval", direction, "mAP@10", true, true, $"Mean average precision over the first ten results, {direction}."),
        "median-rank" => new("retrieval", direction, "median rank", false, false, $"Half of the queries {direction} find a right result at this rank or before."),
        _ when name.StartsWith("r@", StringComparison.Ordinal) => new(
            "retrieval", direction, name.ToUpperInvariant(), true, true, $"Share of queries {direction} with a right result among the first {name[2..]}."),
        _ => new("retrieval", direction, name, true, true, ""),
    };

    private static MetricWords Geometry(string name, string mediaWord) => name switch
    {
        "alignment" => new("geometry", "", "alignment", false, false, "Mean squared distance of matched pairs; 0 when they coincide."),
        "uniformity-text" => Uniformity("uniformity, text", "texts"),
        "uniformity-media" => Uniformity($"uniformity, {mediaWord}", mediaWord + "s"),
        "uniformity-across" => Uniformity("uniformity, across", $"{mediaWord}s and texts"),
        "matched-cosine" => new("geometry", "", "cosine, matched", false, true, "Mean cosine of matched pairs."),
        "unmatched-cosine" => new("geometry", "", "cosine, unmatched", false, false, "Mean cosine of pairs that do not belong together."),
        "modality-gap" => new("geometry", "", "modality gap", false, null, $"Distance between the mean {mediaWord} and the mean text."),
        _ => new("geometry", "", name, false, null, ""),
    };

    private static MetricWords Uniformity(string title, string what) =>
        new("geometry", "", title, false, false, $"log E exp(−2‖x − y‖²) over {what}: the lower, the more evenly they fill the sphere.");
}
