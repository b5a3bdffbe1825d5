namespace ContrastivePipeline.Evaluation;

/// <summary>The difference of two models over the same test items with its confidence interval. Clusters of items are left out one at a
/// time (delete-one jackknife), and the interval is Student's with as many degrees of freedom as equal clusters would have. It is about
/// these two trained models; the variation over seeds is in <see cref="SeedSummary"/>.</summary>
/// <remarks>Of K clusters with n_c items: error² = (K − 1) / K · Σ (D₋c − D)², degrees = (Σ n_c)² / Σ n_c² − 1. The percentile bootstrap is
/// too narrow for few clusters, and the studentised one has no end for differences of hits
/// (docs/adr/0006-evaluation-protocol.md).</remarks>
public static class PairedJackknife
{
    /// <summary>Two-sided p below which a difference counts as more than chance.</summary>
    public const double Level = 0.05;

    /// <summary>Compares a variant with the baseline; null where that is undefined: there are fewer than two clusters, or one of them holds
    /// all that there is to compare.</summary>
    /// <exception cref="ArgumentException">The two are not of the same clusters.</exception>
    public static JackknifeDifference? Compare(LeaveOneOut baseline, LeaveOneOut variant)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(variant);
        if (!baseline.Sizes.SequenceEqual(variant.Sizes))
            throw new ArgumentException($"{baseline.Sizes.Count} and {variant.Sizes.Count} clusters are not of the same items.");
        int clusters = baseline.Sizes.Count;
        double difference = variant.Value - baseline.Value;
        double[] without = [.. variant.Without.Zip(baseline.Without, (value, reference) => value - reference)];
        if (clusters < 2 || !without.All(double.IsFinite))
            return null;

        double error = Math.Sqrt((clusters - 1.0) / clusters * without.Sum(value => (value - difference) * (value - difference)));
        double items = baseline.Sizes.Sum(size => (double)size), squares = baseline.Sizes.Sum(size => (double)size * size);
        double degrees = Math.Max(1, (items * items / squares) - 1);
        double half = StudentT.Critical(Level, degrees) * error;
        double p = PValue(difference, error, degrees, clusters);
        return new(difference, error, degrees, difference - half, difference + half, p, clusters);
    }

    // However large the difference, K clusters that could as well have gone the other way all go one way with probability 2 / 2^K.
    private static double PValue(double difference, double error, double degrees, int clusters) => difference == 0
        ? 1
        : Math.Max(StudentT.TwoSided(difference / error, degrees), Math.Pow(2, 1 - clusters));
}

/// <summary>A variant's value minus the baseline's over the same items.</summary>
/// <param name="StandardError">Over samples of clusters.</param>
/// <param name="Degrees">Of freedom, 1 or more.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of its 95 % interval.</param>
/// <param name="PValue">Two-sided, not adjusted for other comparisons.</param>
public sealed record JackknifeDifference(
    double Difference, double StandardError, double Degrees, double Low, double High, double PValue, int Clusters);
