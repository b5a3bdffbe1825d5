using System.Globalization;

namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>Puts comparisons in words.</summary>
internal sealed class EvidenceFormatter(ReportData data, Results results)
{
    public EvidenceRow Row(Comparison c, int? expectedSign)
    {
        var words = TextFormatter(c.Key);
        var difference = c.Difference;
        bool? expected = expectedSign is { } sign ? Math.Sign(difference.Mean) == sign : null;
        return new(
            $"{c.Variant.Title} against {c.Baseline.Title}", Measured(c.Key, words),
            $"{words.Format(c.BaselineMean)} → {words.Format(c.VariantMean)}", WithDeviation(words, difference),
            IntervalText(c, words), PValues(c.PValue, results.Tests.Of(c)), expected, results.EvidenceOf(c));
    }

    /// <param name="adjusted">Its p-value, adjusted for the other gains of the finding; null where it is not tested.</param>
    public EvidenceRow Row(GainDifference gain, double? adjusted)
    {
        var words = TextFormatter(gain.More.Key);
        string interval = gain.BySeed.Count > 1
            ? $"{Range(Interval.OfMean(gain.Statistics)!.Value, words)} over {gain.BySeed.Count} seeds"
            : "none";
        return new(
            $"gain of {gain.More.Variant.Title} − gain of {gain.Less.Variant.Title}", Measured(gain.More.Key, words),
            $"{words.FormatChange(gain.Less.Difference.Mean)} and {words.FormatChange(gain.More.Difference.Mean)}",
            WithDeviation(words, gain.Statistics), interval, PValues(gain.PValue, adjusted), gain.Mean > 0, Significance.Judge(adjusted));
    }

    /// <summary>The mean difference of each variant: <c>text uniformity −0.257 for CLIP + Ls, −0.741 for CyCLIP + Ls</c>.</summary>
    public string Sizes(IReadOnlyList<Comparison> comparisons, string measured)
    {
        var byVariant = comparisons.GroupBy(c => c.Variant).ToList();
        string sizes = string.Join(", ", byVariant.Select(g => $"{Mean(g)} for {g.Key.Title}"));
        return $"{measured} {sizes}{(byVariant.Any(g => g.Count() > 1) ? Averaged(comparisons) : "")}";
    }

    /// <summary>What happened to one property, for a finding without an expected direction; empty where it was not measured.</summary>
    public IEnumerable<string> Direction(IReadOnlyList<Comparison> comparisons, string what, string up, string down, int upSign)
    {
        if (comparisons.Count == 0)
            yield break;
        int ups = comparisons.Count(c => Math.Sign(c.Difference.Mean) == upSign);
        int downs = comparisons.Count(c => Math.Sign(c.Difference.Mean) == -upSign);
        int significant = comparisons.Count(c => results.EvidenceOf(c) == Evidence.Significant);
        int tested = comparisons.Count(c => results.EvidenceOf(c) != Evidence.Untested);
        string sizes = string.Join(", ", comparisons.GroupBy(c => c.Variant).Select(g => $"{Mean(g)} for {g.Key.Title}"));
        string are = what.EndsWith("pairs", StringComparison.Ordinal) ? "are" : "is";
        string direction = downs == 0 && ups > 0 ? $"{what} {are} {up}" : ups == 0 && downs > 0
            ? $"{what} {are} {down}" : $"{what} {are} {up} in {ups} and {down} in {downs} of {comparisons.Count} comparisons";
        yield return $"{direction} ({sizes}; {Significant(significant, tested)})";
    }

    /// <summary>How many of the tested differences are significant: <c>3 of the 4 differences are significant</c>.</summary>
    public static string Significant(int significant, int tested) => (significant, tested) switch
    {
        (_, 0) => "no difference is tested against chance",
        (0, 1) => "the difference is not significant",
        (1, 1) => "the difference is significant",
        (0, 2) => "neither difference is significant",
        (2, 2) => "both differences are significant",
        (0, _) => $"none of the {tested} differences is significant",
        _ when significant == tested => $"all {tested} differences are significant",
        _ => $"{significant} of the {tested} differences {(significant == 1 ? "is" : "are")} significant",
    };

    /// <summary>A p-value to three decimals; one that rounds to nothing is said to be smaller.</summary>
    public static string PValue(double p) => p < 0.0005 ? "p < 0.001" : string.Create(CultureInfo.InvariantCulture, $"p = {p:0.000}");

    public static string PValues(double? p, double? adjusted) => (p, adjusted) switch
    {
        ({ } own, { } holm) => $"{PValue(own)}; {PValue(holm)[2..].TrimStart('=', ' ')} adjusted",
        ({ } own, null) => PValue(own),
        _ => "none",
    };

    public static string Points(double fraction) => $"{Percent.FormatChange(fraction)} points";

    private static MetricFormatter Percent { get; } = MetricFormatter.Of("retrieval/media-to-text/r@1", "");

    private MetricFormatter TextFormatter(MetricKey key) => MetricFormatter.Of(key.Metric, data.Experiment.MediaWord);

    private string Mean(IEnumerable<Comparison> comparisons)
    {
        var list = comparisons.ToList();
        var words = TextFormatter(list[0].Key);
        return words.FormatChange(list.Average(c => c.Difference.Mean)) + words.ChangeUnit;
    }

    private static string Averaged(IReadOnlyList<Comparison> comparisons)
    {
        bool splits = comparisons.Select(c => (c.Key.Dataset, c.Key.Split)).Distinct().Count() > 1;
        bool directions = comparisons.Select(c => c.Key.Metric).Distinct().Count() > 1;
        return (splits, directions) switch
        {
            (true, true) => " (mean over directions and splits)",
            (true, false) => " (mean over splits)",
            (false, true) => " (mean over directions)",
            _ => "",
        };
    }

    private static string Measured(MetricKey key, MetricFormatter words) =>
        string.Join(", ", new[] { words.Group, words.Title, key.Split }.Where(p => p.Length > 0));

    private static string WithDeviation(MetricFormatter words, SeedSummary difference) =>
        words.FormatChange(difference.Mean) + (difference.StandardDeviation is { } deviation ? $" ± {words.Format(deviation)}" : "");

    private static string IntervalText(Comparison c, MetricFormatter words)
    {
        if (c.Interval is not { } interval)
            return "none";
        if (c.Seeds.Count == 1)
            return $"{Range(interval, words)} over test items";
        string items = c.SeedsTested > 0 ? $"; over test items it excludes 0 in {c.SeedsClear} of {c.SeedsTested}" : "";
        return $"{Range(interval, words)} over {c.Seeds.Count} seeds, same sign in {c.SameSign}{items}";
    }

    private static string Range(Interval interval, MetricFormatter words) =>
        $"{words.FormatChange(interval.Low)} … {words.FormatChange(interval.High)}";
}
