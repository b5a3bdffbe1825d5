namespace ContrastivePipeline.Evaluation;

/// <summary>The difference of two models over the same items with its confidence interval (Efron's percentile bootstrap). It is about these
/// two trained models; the variation over seeds is in <see cref="SeedSummary"/>.</summary>
public static class PairedBootstrap
{
    /// <summary>Resamples that a report uses.</summary>
    public const int Resamples = 10_000;

    /// <summary>Compares a variant with the baseline.</summary>
    /// <param name="baseline">One value per item, for example 1 for a hit and 0 for none.</param>
    /// <param name="variant">The values of the same items in the same order.</param>
    /// <param name="seed">Seed of the resampling; equal seeds give equal results on every machine.</param>
    /// <param name="clusters">Cluster of each item, for example the image of a caption: clusters are drawn instead of items. Null draws
    /// items.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <exception cref="ArgumentException">Lengths differ, there are no items, or a value is not finite.</exception>
    public static BootstrapDifference Compare(
        double[] baseline, double[] variant, ulong seed, int[]? clusters = null, int resamples = Resamples)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(variant);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (baseline.Length != variant.Length || baseline.Length == 0)
            throw new ArgumentException($"{baseline.Length} and {variant.Length} values are not of the same items.");
        if (clusters is not null && clusters.Length != baseline.Length)
            throw new ArgumentException($"There are {clusters.Length} clusters for {baseline.Length} items.", nameof(clusters));
        double[] differences = [.. variant.Zip(baseline, (value, reference) => value - reference)];
        int bad = Array.FindIndex(differences, difference => !double.IsFinite(difference));
        if (bad >= 0)
            throw new ArgumentException($"Item {bad} has a value that is not finite.");

        var units = Units(differences, clusters);
        double[] means = new double[resamples];
        Parallel.For(0, resamples, resample => means[resample] = Resample(units, seed, resample));
        Array.Sort(means);
        return new(
            differences.Average(), Quantile(means, 0.025), Quantile(means, 0.975), PValue(means), differences.Length, resamples);
    }

    private static (double Sum, int Count)[] Units(double[] differences, int[]? clusters) => clusters is null
        ? Array.ConvertAll(differences, difference => (difference, 1))
        : [.. differences.Zip(clusters).GroupBy(item => item.Second, item => item.First).Select(unit => (unit.Sum(), unit.Count()))];

    private static double Resample((double Sum, int Count)[] units, ulong seed, int resample)
    {
        // One generator per resample: the result does not depend on the assignment to threads.
        var random = new SplitMix64(new SplitMix64(seed ^ (ulong)resample << 32).Next());
        double sum = 0;
        long count = 0;
        for (int i = 0; i < units.Length; i++)
        {
            var unit = units[random.Below(units.Length)];
            sum += unit.Sum;
            count += unit.Count;
        }

        return sum / count;
    }

    private static double Quantile(double[] sorted, double fraction)
    {
        double place = fraction * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    // Counting one more resample keeps p above zero: the least that 10,000 resamples can show is 2 / 10,001.
    private static double PValue(double[] means)
    {
        int low = means.Count(mean => mean <= 0), high = means.Count(mean => mean >= 0);
        return Math.Min(1, 2.0 * (Math.Min(low, high) + 1) / (means.Length + 1));
    }
}

/// <summary>A variant's mean minus the baseline's over the same items.</summary>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of its 95 % interval.</param>
/// <param name="PValue">Two-sided: how often resampling gives a difference on the other side of zero, doubled.</param>
public sealed record BootstrapDifference(double Mean, double Low, double High, double PValue, int N, int Resamples);

/// <summary>One metric over the seeds of a variant.</summary>
/// <param name="StandardDeviation">With n − 1 in the denominator; null for one seed.</param>
public sealed record SeedSummary(double Mean, double? StandardDeviation, int Seeds)
{
    /// <summary>Summarises the values of the seeds.</summary>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static SeedSummary Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException("There is no seed to summarise.", nameof(values));
        double mean = values.Average();
        double? deviation = values.Count == 1
            ? null
            : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        return new(mean, deviation, values.Count);
    }
}
