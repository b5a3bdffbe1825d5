namespace ContrastivePipeline.Evaluation;

/// <summary>Zero-shot classification as CLIP does it: a class is the mean of its normalised prompt embeddings, normalised again; a media
/// item gets the class with the highest cosine.</summary>
public sealed class ZeroShotClassifier
{
    private readonly double[] _weights;
    private readonly int _dimension;

    /// <summary>Averages prompts to classes.</summary>
    /// <param name="prompts">[classes × templates, d], all templates of class 0 first; rows of any length.</param>
    /// <param name="templates">Prompts per class.</param>
    /// <exception cref="ArgumentException">The rows are no multiple of the templates, or one is not finite or all zero.</exception>
    public ZeroShotClassifier(EmbeddingMatrix prompts, int templates)
    {
        Check.Finite(prompts, "prompt embeddings");
        ArgumentOutOfRangeException.ThrowIfLessThan(templates, 1);
        if (prompts.Count % templates != 0)
            throw new ArgumentException($"{prompts.Count} prompts are not {templates} for every class.", nameof(prompts));
        Classes = prompts.Count / templates;
        _dimension = prompts.Dimension;
        _weights = new double[Classes * _dimension];
        for (int prompt = 0; prompt < prompts.Count; prompt++)
        {
            double norm = Norm(prompts, prompt, "prompt embeddings");
            var weights = _weights.AsSpan(prompt / templates * _dimension, _dimension);
            for (int i = 0; i < _dimension; i++)
                weights[i] += prompts[prompt][i] / norm;
        }

        for (int label = 0; label < Classes; label++)
            Normalize(_weights.AsSpan(label * _dimension, _dimension), label);
    }

    private Rows<double> ClassRows => new(_weights, Classes, _dimension);

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>The class embeddings, [classes, d], row-major, unit length.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Cosines of media with classes, [media, classes], row-major.</summary>
    /// <param name="media">[media, d]; rows of any length.</param>
    /// <exception cref="ArgumentException">Dimensions differ, or a row is not finite or all zero.</exception>
    public double[] Cosines(EmbeddingMatrix media)
    {
        double[] norms = Norms(media), cosines = new double[media.Count * Classes];
        DotProducts.Visit(media.Rows, ClassRows, tile =>
        {
            for (int i = 0; i < tile.LeftCount; i++)
            {
                for (int j = 0; j < tile.RightCount; j++)
                    cosines[((tile.LeftStart + i) * Classes) + tile.RightStart + j] = tile[i][j] / norms[tile.LeftStart + i];
            }
        });
        return cosines;
    }

    /// <summary>Classifies media whose classes are known. Memory grows with media + classes, not with their product.</summary>
    /// <param name="media">[media, d].</param>
    /// <param name="labels">The right class of each media item.</param>
    /// <exception cref="ArgumentException">As for <see cref="Cosines"/>, or a label is missing or no class.</exception>
    public ZeroShotResult Evaluate(EmbeddingMatrix media, int[] labels) => Evaluate(media, labels, null);

    internal ZeroShotResult Evaluate(EmbeddingMatrix media, int[] labels, Tiling? tiling)
    {
        ArgumentNullException.ThrowIfNull(media);
        Check.Labels(labels, media.Count, Classes, "media");
        double[] norms = Norms(media), right = new double[media.Count], best = new double[media.Count];
        int[] ranks = new int[media.Count], predictions = new int[media.Count];
        Parallel.For(0, media.Count, row =>
            right[row] = DotProducts.Of(media[row], ClassRows[labels[row]]) / norms[row]);
        Array.Fill(best, double.NegativeInfinity);
        DotProducts.Visit(media.Rows, ClassRows, tile =>
        {
            for (int i = 0; i < tile.LeftCount; i++)
            {
                int row = tile.LeftStart + i;
                for (int j = 0; j < tile.RightCount; j++)
                {
                    int label = tile.RightStart + j;
                    double score = tile[i][j] / norms[row];
                    // As in retrieval, a tie counts against the model: an equal class comes before the right one.
                    if (label != labels[row] && score >= right[row])
                        ranks[row]++;
                    if (score > best[row] || (score == best[row] && predictions[row] == labels[row]))
                        (best[row], predictions[row]) = (score, label);
                }
            }
        }, tiling);
        return new(Classes, labels, predictions, ranks);
    }

    private double[] Norms(EmbeddingMatrix media)
    {
        Check.Finite(media, "media embeddings");
        if (media.Dimension != _dimension)
        {
            throw new ArgumentException(
                $"The media embeddings have {media.Dimension} columns and the prompts {_dimension}: they are not of one shared embedding "
                    + "space.");
        }

        return [.. Enumerable.Range(0, media.Count).Select(row => Norm(media, row, "media embeddings"))];
    }

    private static double Norm(EmbeddingMatrix matrix, int row, string what)
    {
        double norm = Math.Sqrt(DotProducts.Of(matrix[row], matrix[row]));
        return norm > 0 ? norm : throw new ArgumentException($"Row {row} of the {what} is all zero and has no direction.");
    }

    private static void Normalize(Span<double> weights, int label)
    {
        double squares = 0;
        foreach (double weight in weights)
            squares += weight * weight;
        if (squares == 0)
            throw new ArgumentException($"The prompts of class {label} cancel each other out.");
        double norm = Math.Sqrt(squares);
        foreach (ref double weight in weights)
            weight /= norm;
    }
}

/// <summary>Predictions of a zero-shot classifier for media with known classes.</summary>
/// <param name="Predictions">The class with the highest cosine; of equal ones a wrong one.</param>
/// <param name="Ranks">For each media item the number of wrong classes that score at least as high as the right one.</param>
public sealed record ZeroShotResult(int Classes, int[] Labels, int[] Predictions, int[] Ranks)
{
    /// <summary>Number of media.</summary>
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

    /// <summary><see cref="MeanPerClass"/> and what it is without each cluster of media; a class that is left without media drops out of
    /// the mean.</summary>
    public LeaveOneOut MeanPerClassWithout(Clusters clusters)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        int[] counts = ClassCounts(), hits = PerClass(row => Ranks[row] == 0);
        double[] without = [.. clusters.Items.Select(rows =>
        {
            int[] media = [.. counts], right = [.. hits];
            foreach (int row in rows)
            {
                media[Labels[row]]--;
                right[Labels[row]] -= Ranks[row] == 0 ? 1 : 0;
            }

            return right.Zip(media).Where(left => left.Second > 0).Select(left => left.First / (double)left.Second)
                .DefaultIfEmpty(double.NaN).Average();
        })];
        return new(MeanPerClass(), without, clusters.Sizes);
    }

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
