namespace ContrastivePipeline.Evaluation;

/// <summary>Holm's step-down correction (1979) for several tests of one family: where every adjusted p below a level counts, the chance of
/// one or more false ones is at most that level, however the tests depend on each other.</summary>
public static class Holm
{
    /// <summary>Adjusted p-values in the order given: of the m sorted ones, the i-th is the largest of (m − j + 1) · p_j over j ≤ i, at
    /// most 1.</summary>
    /// <param name="pValues">Each between 0 and 1.</param>
    /// <exception cref="ArgumentException">A value is not between 0 and 1.</exception>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        foreach (double p in pValues)
        {
            if (p is not (>= 0 and <= 1))
                throw new ArgumentException($"{p} is no p-value.", nameof(pValues));
        }

        double[] adjusted = new double[pValues.Count];
        double largest = 0;
        foreach (var (rank, index) in Enumerable.Range(0, adjusted.Length).OrderBy(i => pValues[i]).Index())
            adjusted[index] = largest = Math.Max(largest, Math.Min(1, (adjusted.Length - rank) * pValues[index]));
        return adjusted;
    }
}
