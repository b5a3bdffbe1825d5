namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>A 95 % interval.</summary>
internal readonly record struct Interval(double Low, double High)
{
    // 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom.
    private static readonly double[] T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145];

    public bool ExcludesZero => Low > 0 || High < 0;

    /// <summary>The t interval of a mean over seeds; null for one seed. Beyond 15 seeds it stays a little wider than need be.</summary>
    public static Interval? OfMean(SeedSummary seeds)
    {
        if (seeds.StandardDeviation is not { } deviation)
            return null;
        double half = T[Math.Min(seeds.Seeds - 2, T.Length - 1)] * deviation / Math.Sqrt(seeds.Seeds);
        return new(seeds.Mean - half, seeds.Mean + half);
    }
}
