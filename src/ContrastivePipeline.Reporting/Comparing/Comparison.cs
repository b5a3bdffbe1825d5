namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>A variant and its baseline, trained with the same seed.</summary>
internal sealed record SeedDifference(int Seed, double Baseline, double Variant, JackknifeDifference? Test)
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

    /// <summary>With one seed, the interval over test items: it covers their choice alone. With several, the paired t interval
    /// over seeds, which covers the luck of training too.</summary>
    public Interval? Interval => Seeds.Count > 1
        ? Comparing.Interval.OfMean(Difference)
        : Seeds[0].Test is { } test ? new(test.Low, test.High) : null;

    public Evidence Evidence => Interval switch
    {
        null => Evidence.Untested,
        { ExcludesZero: true } => Evidence.Clear,
        _ => Evidence.Unclear,
    };

    /// <summary>Seeds that have an interval over test items.</summary>
    public int SeedsTested => Seeds.Count(s => s.Test is not null);

    /// <summary>Seeds whose interval over test items excludes 0.</summary>
    public int SeedsClear => Seeds.Count(s => s.Test is { } test && new Interval(test.Low, test.High).ExcludesZero);

    /// <summary>Seeds whose difference has the sign of the mean.</summary>
    public int SameSign => Seeds.Count(s => Math.Sign(s.Difference) == Math.Sign(Difference.Mean));
}

/// <summary>How much more one variant gains over its baseline than another over its own, on one metric.</summary>
internal sealed record GainDifference(Comparison More, Comparison Less, IReadOnlyList<double> BySeed)
{
    public static GainDifference? Between(Comparison more, Comparison less)
    {
        var other = less.Seeds.ToDictionary(s => s.Seed, s => s.Difference);
        double[] differences = [.. more.Seeds.Where(s => other.ContainsKey(s.Seed)).Select(s => s.Difference - other[s.Seed])];
        return differences.Length == 0 ? null : new(more, less, differences);
    }

    public double Mean => BySeed.Average();

    public SeedSummary Statistics => SeedSummary.Of([.. BySeed]);

    /// <summary>Several seeds: the t interval of the difference over seeds. One seed: no test pairs the two gains, so the difference
    /// counts as clear only where their intervals do not touch, which errs on the careful side.</summary>
    public bool? Clear
    {
        get
        {
            if (BySeed.Count > 1)
                return Interval.OfMean(Statistics) is { ExcludesZero: true };
            if (More.Interval is not { } a || Less.Interval is not { } b)
                return null;
            return a.Low > b.High || a.High < b.Low;
        }
    }
}

/// <summary>A 95 % interval.</summary>
internal readonly record struct Interval(double Low, double High)
{
    public bool ExcludesZero => Low > 0 || High < 0;

    /// <summary>The t interval of a mean over seeds; null for one seed.</summary>
    public static Interval? OfMean(SeedSummary seeds)
    {
        if (seeds.StandardDeviation is not { } deviation)
            return null;
        double half = StudentT.Critical(PairedJackknife.Level, seeds.Seeds - 1) * deviation / Math.Sqrt(seeds.Seeds);
        return new(seeds.Mean - half, seeds.Mean + half);
    }
}
