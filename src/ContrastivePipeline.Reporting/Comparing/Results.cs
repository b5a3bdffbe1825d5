namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>What was measured, of any variant and seed.</summary>
public sealed record MetricKey(string Metric, string Dataset, string Version, string Split);

/// <summary>The measurements of a report, ready to look up and compare.</summary>
internal sealed class Results
{
    private readonly IReadOnlyList<VariantSummary> _variants;
    private readonly ILookup<(string Variant, MetricKey Key), Measurement> _byVariant;
    private readonly Dictionary<(string, string, int, string, string, string), JackknifeDifference> _tests;

    public Results(ReportData data)
    {
        _variants = data.Variants;
        _byVariant = data.Measurements.Where(m => double.IsFinite(m.Value)).ToLookup(m => (m.Variant, KeyOf(m)));
        _tests = data.Differences.ToDictionary(d => (d.Variant, d.Baseline, d.Seed, d.Metric, d.Dataset, d.Split), d => d.Test);
        Keys = [.. data.Measurements.Select(KeyOf).Distinct()];
        Tests = new Significance(
            from pair in Contrasts.Of(data.Variants)
            from key in Keys
            let comparison = Compare(pair.Variant, pair.Baseline, key)
            where comparison is not null
            select comparison);
    }

    /// <summary>Everything that was measured, in the order of the measurements.</summary>
    public IReadOnlyList<MetricKey> Keys { get; }

    /// <summary>The tests of the report's contrasts.</summary>
    public Significance Tests { get; }

    public static MetricKey KeyOf(Measurement m) => new(m.Metric, m.Dataset, m.Version, m.Split);

    public IEnumerable<MetricKey> KeysOf(string metric) => Keys.Where(k => k.Metric == metric);

    /// <summary>The values of a variant, one a seed. Values that are not finite are left out.</summary>
    public IEnumerable<Measurement> Of(string variant, MetricKey key) => _byVariant[(variant, key)];

    /// <summary>Mean and spread over seeds; null where the variant has no value.</summary>
    public SeedSummary? Statistics(string variant, MetricKey key) =>
        Of(variant, key).Select(m => m.Value).ToArray() is { Length: > 0 } values ? SeedSummary.Of(values) : null;

    /// <summary>The variants whose mean is the best of a column; empty where that says nothing: most of them share it, or neither way is
    /// better.</summary>
    public IReadOnlyList<string> Best(MetricKey key, bool? higherIsBetter)
    {
        var means = _variants.Select(v => (v.Id, Statistics(v.Id, key)?.Mean)).Where(v => v.Mean is not null).ToList();
        if (means.Count == 0 || higherIsBetter is null)
            return [];
        double? best = higherIsBetter.Value ? means.Max(v => v.Mean) : means.Min(v => v.Mean);
        string[] winners = [.. means.Where(v => v.Mean == best).Select(v => v.Id)];
        return 2 * winners.Length <= means.Count ? winners : [];
    }

    /// <summary>Compares over the seeds that both variants have; null where there is none.</summary>
    public Comparison? Compare(VariantSummary variant, VariantSummary baseline, MetricKey key)
    {
        var baselines = Of(baseline.Id, key).ToDictionary(m => m.Seed, m => m.Value);
        var seeds = Of(variant.Id, key).Where(m => baselines.ContainsKey(m.Seed))
            .Select(m => new SeedDifference(m.Seed, baselines[m.Seed], m.Value, Test(variant, baseline, key, m.Seed))).ToList();
        return seeds.Count == 0 ? null : new(variant, baseline, key, seeds);
    }

    /// <summary>How far a difference stands clear of chance; only the pairs of <see cref="Contrasts"/> are tested.</summary>
    public Evidence EvidenceOf(Comparison comparison) => Significance.Judge(Tests.Of(comparison));

    private JackknifeDifference? Test(VariantSummary variant, VariantSummary baseline, MetricKey key, int seed) =>
        _tests.GetValueOrDefault((variant.Id, baseline.Id, seed, key.Metric, key.Dataset, key.Split));
}
