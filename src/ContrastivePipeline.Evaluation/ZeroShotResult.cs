namespace ContrastivePipeline.Evaluation;

/// <summary>What a zero-shot classifier made of media with known classes.</summary>
/// <param name="Classes">Number of classes.</param>
/// <param name="Labels">The right class of each media item.</param>
/// <param name="Predictions">The class with the highest cosine; of equal ones a wrong one.</param>
/// <param name="Ranks">For each media item the number of wrong classes that score at least as high as the right one.</param>
public sealed record ZeroShotResult(int Classes, int[] Labels, int[] Predictions, int[] Ranks)
{
    /// <summary>Media.</summary>
    public int Count => Labels.Length;

    /// <summary>Fraction of the media with the right class among the first <paramref name="k"/>.</summary>
    public double TopK(int k) => Ranks.Count(rank => rank < k) / (double)Count;

    /// <summary>1 for each media item with the right class among the first <paramref name="k"/>, else 0.</summary>
    public double[] HitsAt(int k) => Array.ConvertAll(Ranks, rank => rank < k ? 1.0 : 0.0);

    /// <summary>Media of each class.</summary>
    public int[] ClassCounts() => PerClass(_ => true);

    /// <summary>Top-1 accuracy of each class; NaN for a class without media.</summary>
    public double[] PerClassAccuracy()
    {
        int[] counts = ClassCounts();
        int[] hits = PerClass(row => Ranks[row] == 0);
        return [.. hits.Zip(counts, (hit, count) => count == 0 ? double.NaN : hit / (double)count)];
    }

    /// <summary>The unweighted mean of <see cref="PerClassAccuracy"/> over the classes that have media.</summary>
    public double MeanPerClass() => PerClassAccuracy().Where(accuracy => !double.IsNaN(accuracy)).Average();

    /// <summary>Media by right class (row) and predicted class (column), [classes, classes].</summary>
    public int[,] Confusion()
    {
        int[,] confusion = new int[Classes, Classes];
        for (int row = 0; row < Count; row++)
            confusion[Labels[row], Predictions[row]]++;
        return confusion;
    }

    private int[] PerClass(Func<int, bool> counts)
    {
        int[] result = new int[Classes];
        for (int row = 0; row < Count; row++)
            result[Labels[row]] += counts(row) ? 1 : 0;
        return result;
    }
}
