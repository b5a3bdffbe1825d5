namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>Adjusts the p-values of a report for the number of its tests (Holm), in two families that are fixed before anything is
/// measured: the contrasts on the metrics that the findings rest on, and those on all other metrics.</summary>
internal sealed class Significance
{
    private readonly Dictionary<(string Variant, string Baseline, MetricKey Key), double> _adjusted = [];

    public Significance(IEnumerable<Comparison> declared)
    {
        var tested = declared.Where(c => c.PValue is not null).ToLookup(c => IsPrimary(c.Key));
        (Primary, Secondary) = (Adjust([.. tested[true]]), Adjust([.. tested[false]]));
    }

    /// <summary>Tests on the metrics that the findings rest on.</summary>
    public int Primary { get; }

    /// <summary>Tests on other metrics.</summary>
    public int Secondary { get; }

    /// <summary>Whether the findings rest on a metric: text uniformity, alignment and R@1.</summary>
    public static bool IsPrimary(MetricKey key) => key.Metric is MetricFormatter.TextUniformity or MetricFormatter.Alignment
        || MetricFormatter.RecallAtOne.Contains(key.Metric);

    /// <summary>The adjusted p-value; null where the comparison is not tested.</summary>
    public double? Of(Comparison comparison) =>
        _adjusted.TryGetValue(IdOf(comparison), out double p) ? p : null;

    /// <summary>What an adjusted p-value says; null for none.</summary>
    public static Evidence Judge(double? adjusted) => adjusted switch
    {
        null => Evidence.Untested,
        < PairedJackknife.Level => Evidence.Significant,
        _ => Evidence.NotSignificant,
    };

    private int Adjust(IReadOnlyList<Comparison> family)
    {
        foreach (var (comparison, p) in family.Zip(Holm.Adjust([.. family.Select(c => c.PValue!.Value)])))
            _adjusted.Add(IdOf(comparison), p);
        return family.Count;
    }

    private static (string, string, MetricKey) IdOf(Comparison c) => (c.Variant.Id, c.Baseline.Id, c.Key);
}
