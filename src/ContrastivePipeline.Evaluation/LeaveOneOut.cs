namespace ContrastivePipeline.Evaluation;

/// <summary>A statistic, and what it would be without each cluster of the items.</summary>
/// <param name="Without">One a cluster, in the order of <see cref="Clusters"/>; NaN where nothing is left to compute it from.</param>
/// <param name="Sizes">Items of each cluster.</param>
public sealed record LeaveOneOut(double Value, IReadOnlyList<double> Without, IReadOnlyList<int> Sizes)
{
    /// <summary>The mean of the items' values.</summary>
    /// <exception cref="ArgumentException">There are no values, not one an item, or one is not finite.</exception>
    public static LeaveOneOut OfMean(IReadOnlyList<double> values, Clusters clusters)
    {
        double[] sums = clusters.Sums(values);
        double sum = sums.Sum();
        return new(
            values.Average(), [.. sums.Zip(clusters.Sizes, (left, size) => (sum - left) / (values.Count - size))], clusters.Sizes);
    }
}

/// <summary>Which test items belong together: those of one media item or concept are drawn and left out together.</summary>
public sealed class Clusters
{
    private readonly int[] _ofItem;

    /// <summary>Numbers the clusters by their first items.</summary>
    /// <param name="ids">Cluster of each item, for example its concept; any numbers.</param>
    public Clusters(IReadOnlyList<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var numbers = new Dictionary<int, int>();
        _ofItem = [.. ids.Select(id => numbers.TryGetValue(id, out int known) ? known : numbers[id] = numbers.Count)];
        int[] sizes = new int[numbers.Count];
        foreach (int cluster in _ofItem)
            sizes[cluster]++;
        Sizes = sizes;
    }

    /// <summary>Items of each cluster.</summary>
    public IReadOnlyList<int> Sizes { get; }

    // In the order of the clusters: a lookup keeps the order in which its keys first come.
    internal IEnumerable<IGrouping<int, int>> Items => Enumerable.Range(0, _ofItem.Length).ToLookup(item => _ofItem[item]);

    /// <summary>The sum of the values of each cluster.</summary>
    /// <exception cref="ArgumentException">There are no values, not one an item, or one is not finite.</exception>
    internal double[] Sums(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count != _ofItem.Length || values.Count == 0)
            throw new ArgumentException($"There are {values.Count} values for {_ofItem.Length} items.", nameof(values));
        double[] sums = new double[Sizes.Count];
        for (int item = 0; item < _ofItem.Length; item++)
        {
            if (!double.IsFinite(values[item]))
                throw new ArgumentException($"Item {item} has a value that is not finite.", nameof(values));
            sums[_ofItem[item]] += values[item];
        }

        return sums;
    }
}
