namespace ContrastivePipeline.Evaluation;

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
