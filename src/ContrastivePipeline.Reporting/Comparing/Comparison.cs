namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>A variant and its baseline, trained with the same seed.</summary>
internal sealed record SeedDifference(int Seed, double Baseline, double Variant, PairedDifference? Bootstrap)
{
    public double Difference => Variant - Baseline;
}

/// <summary>How far a difference stands clear of chance.</summary>
internal enum Evidence
{
    /// <summary>The interval excludes 0.</summary>
    Clear,

    /// <summary>The interval includes 0.</summary>
    Unclear,

    /// <summary>There is no interval.</summary>
    Untested,
}

/// <summary>A variant against its baseline on one metric, over the seeds that both have.</summary>
internal sealed record Comparison(
    VariantSummary Variant, VariantSummary Baseline, MetricKey Key, IReadOnlyList<SeedDifference> Seeds)
{
    public SeedSummary Difference => SeedSummary.Of([.. Seeds.Select(s => s.Difference)]);

    public double BaselineMean => Seeds.Average(s => s.Baseline);

    public double VariantMean => Seeds.Average(s => s.Variant);

    /// <summary>
    /// With one seed, the paired-bootstrap interval: it covers the choice of test items alone. With several, the paired t interval
    /// over seeds, which covers the luck of training too.
    /// </summary>
    public Interval? Interval => Seeds.Count > 1
        ? Comparing.Interval.OfMean(Difference)
        : Seeds[0].Bootstrap is { } bootstrap ? new(bootstrap.Low, bootstrap.High) : null;

    public Evidence Evidence => Interval switch
    {
        null => Evidence.Untested,
        { ExcludesZero: true } => Evidence.Clear,
        _ => Evidence.Unclear,
    };

    /// <summary>Seeds that have a bootstrap interval.</summary>
    public int BootstrapSeeds => Seeds.Count(s => s.Bootstrap is not null);

    /// <summary>Seeds whose bootstrap interval excludes 0.</summary>
    public int BootstrapClear => Seeds.Count(s => s.Bootstrap is { ExcludesZero: true });

    /// <summary>Seeds whose difference has the sign of the mean.</summary>
    public int SameSign => Seeds.Count(s => Math.Sign(s.Difference) == Math.Sign(Difference.Mean));
}
