namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>A variant and its baseline, trained with the same seed.</summary>
internal sealed record SeedDifference(int Seed, double Baseline, double Variant, JackknifeDifference? Test)
{
    public double Difference => Variant - Baseline;
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

    /// <summary>Two-sided p that belongs to <see cref="Interval"/>, not adjusted for other comparisons; null where there is none.</summary>
    public double? PValue => Seeds.Count > 1 ? Comparing.Interval.PValueOfMean(Difference) : Seeds[0].Test?.PValue;

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
        var (mine, others) = (more.Seeds.Select(s => s.Seed).ToHashSet(), less.Seeds.ToDictionary(s => s.Seed, s => s.Difference));
        more = more with { Seeds = [.. more.Seeds.Where(s => others.ContainsKey(s.Seed))] };
        less = less with { Seeds = [.. less.Seeds.Where(s => mine.Contains(s.Seed))] };
        return more.Seeds.Count == 0 ? null : new(more, less, [.. more.Seeds.Select(s => s.Difference - others[s.Seed])]);
    }

    public double Mean => BySeed.Average();

    public SeedSummary Statistics => SeedSummary.Of([.. BySeed]);

    /// <summary>Several seeds: of the t test of the difference over seeds. One seed: no test pairs the two gains, so their errors are added
    /// as they are, which errs on the careful side. Null where a gain is not tested.</summary>
    public double? PValue => BySeed.Count > 1
        ? Interval.PValueOfMean(Statistics)
        : More.Seeds[0].Test is { } a && Less.Seeds[0].Test is { } b
            ? Mean == 0 ? 1 : StudentT.TwoSided(Mean / (a.StandardError + b.StandardError), Math.Min(a.Degrees, b.Degrees))
            : null;
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

    /// <summary>Two-sided p of a mean over seeds by the t test; null for one seed.</summary>
    public static double? PValueOfMean(SeedSummary seeds)
    {
        if (seeds.StandardDeviation is not { } deviation)
            return null;
        // Seeds that do not differ at all are no normal sample: that many signs agree with probability 2 / 2^n.
        if (deviation == 0)
            return seeds.Mean == 0 ? 1 : Math.Pow(2, 1 - seeds.Seeds);
        return StudentT.TwoSided(seeds.Mean / (deviation / Math.Sqrt(seeds.Seeds)), seeds.Seeds - 1);
    }
}
