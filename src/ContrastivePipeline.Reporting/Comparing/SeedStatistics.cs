namespace ContrastivePipeline.Reporting.Comparing;

/// <summary>Mean and spread of a number over training seeds.</summary>
internal readonly record struct SeedStatistics(int Count, double Mean, double? StandardDeviation)
{
    // 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom.
    private static readonly double[] s_t = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145];

    /// <summary>The sample standard deviation (n − 1); null for one value.</summary>
    public static SeedStatistics? Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
            return null;
        double mean = values.Average();
        double? deviation = values.Count == 1 ? null : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
        return new(values.Count, mean, deviation);
    }

    /// <summary>The 95 % t interval of the mean; null for one value.</summary>
    public Interval? TInterval
    {
        get
        {
            if (StandardDeviation is not { } deviation)
                return null;
            double t = Count - 2 < s_t.Length ? s_t[Count - 2] : s_t[^1];
            double half = t * deviation / Math.Sqrt(Count);
            return new(Mean - half, Mean + half);
        }
    }
}

/// <summary>A 95 % interval.</summary>
internal readonly record struct Interval(double Low, double High)
{
    public bool ExcludesZero => Low > 0 || High < 0;
}
