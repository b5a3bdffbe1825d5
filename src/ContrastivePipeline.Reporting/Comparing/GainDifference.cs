namespace ContrastivePipeline.Reporting.Comparing;

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

    /// <summary>
    /// Several seeds: the t interval of the difference over seeds. One seed: no bootstrap pairs the two gains, so the difference
    /// counts as clear only where their intervals do not touch, which errs on the careful side.
    /// </summary>
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
