using System.Globalization;

namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>What guessing scores, worked out from the number of queries, candidates and classes.</summary>
internal sealed class ChanceLevel(ReportData data)
{
    /// <summary>The chance level of a metric as a fraction; null where guessing has no fixed score.</summary>
    public double? Of(MetricKey key) => key.Metric.Split('/') switch
    {
        ["retrieval", var direction, var name] when Rank(name, "r@") is { } k => Retrieval(key, direction, k),
        ["zero-shot", var labels, "mean-per-class"] => ZeroShot(key, labels, 1),
        ["zero-shot", var labels, var name] when Rank(name, "top-") is { } k => ZeroShot(key, labels, k),
        _ => null,
    };

    /// <summary>The accuracy of always naming the most frequent classes of the split, as a fraction; null where their media are not
    /// counted.</summary>
    public double? OfMostFrequent(MetricKey key) => key.Metric.Split('/') switch
    {
        ["zero-shot", var labels, var name] when Rank(name, "top-") is { } k
            && data.ClassCounts.FirstOrDefault(c => (c.Dataset, c.Split, c.LabelSet) == (key.Dataset, key.Split, labels)) is { } classes =>
            classes.Media.OrderDescending().Take(k).Sum() / (double)classes.Media.Sum(),
        _ => null,
    };

    // The queries of one direction are the candidates of the other. Where there are more candidates than queries (five captions a
    // media item, three drawings a concept), each query has several right ones.
    private double? Retrieval(MetricKey key, string direction, int k)
    {
        string back = direction == "media-to-text" ? "text-to-media" : "media-to-text";
        int? queries = N(key), candidates = N(key with { Metric = $"retrieval/{back}/r@{k}" });
        if (queries is not > 0 || candidates is not > 0)
            return null;
        int right = Math.Max(1, (int)Math.Round((double)candidates / queries.Value));
        double miss = 1;
        for (int i = 0; i < Math.Min(k, candidates.Value); i++)
            miss *= Math.Max(0, candidates.Value - right - i) / (double)(candidates.Value - i);
        return 1 - miss;
    }

    private double? ZeroShot(MetricKey key, string labels, int k)
    {
        var set = data.Datasets.FirstOrDefault(d => d.Name == key.Dataset)?.LabelSets.FirstOrDefault(s => s.Name == labels);
        return set is { Classes.Count: > 0 } ? Math.Min(1, (double)k / set.Classes.Count) : null;
    }

    private int? N(MetricKey key) => data.Measurements.FirstOrDefault(m => Results.KeyOf(m) == key)?.N;

    private static int? Rank(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int k) ? k : null;
}
