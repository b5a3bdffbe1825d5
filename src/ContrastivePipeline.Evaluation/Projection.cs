using System.Numerics.Tensors;

namespace ContrastivePipeline.Evaluation;

/// <summary>A 2-D map of media and texts: the two directions in which all embeddings together spread most (PCA).</summary>
/// <param name="ExplainedVariance">Shares of the variance along the first and the second axis, in [0, 1].</param>
public sealed record Projection(MapPoint[] Media, MapPoint[] Texts, MapPoint ExplainedVariance)
{
    /// <summary>Greatest number of rows per side from which the axes are computed (a fixed subsample); all rows are projected.</summary>
    public const int LargestSide = 4_000;

    /// <summary>Projects media and texts on their common axes. The sign of an axis, which PCA leaves open, is such that its largest
    /// component is positive.</summary>
    /// <param name="media">[media, d].</param>
    /// <param name="texts">[texts, d]; d is at least 2.</param>
    /// <exception cref="ArgumentException">Dimensions differ or are below 2, or a value is not finite.</exception>
    public static Projection Of(EmbeddingMatrix media, EmbeddingMatrix texts)
    {
        Check.Finite(media, "media embeddings");
        Check.Finite(texts, "text embeddings");
        Check.SameDimension(media, texts, "media embeddings", "text embeddings");
        if (media.Dimension < 2)
            throw new ArgumentException("A map needs embeddings of at least two columns.", nameof(media));
        double[][] rows = [.. Sampled(media), .. Sampled(texts)];
        double[] mean = Mean(rows);
        foreach (double[] row in rows)
            TensorPrimitives.Subtract(row, mean, row);
        double[][] covariance = Covariance(rows, mean.Length);
        double total = covariance.Select((row, i) => row[i]).Sum();
        var axes = PrincipalAxes.Of(covariance);
        return new(
            Place(media, mean, axes), Place(texts, mean, axes),
            total > 0 ? new(axes.First.Variance / total, axes.Second.Variance / total) : default);
    }

    private static IEnumerable<double[]> Sampled(EmbeddingMatrix set) =>
        Subsample.Rows(set.Count, LargestSide).Select(row => Array.ConvertAll(set[row].ToArray(), value => (double)value));

    private static double[] Mean(double[][] rows)
    {
        double[] mean = new double[rows[0].Length];
        foreach (double[] row in rows)
            TensorPrimitives.Add(mean, row, mean);
        TensorPrimitives.Divide(mean, rows.Length, mean);
        return mean;
    }

    private static double[][] Covariance(double[][] centred, int dimension)
    {
        double[][] covariance = new double[dimension][];
        // One thread computes a row of the matrix, element-wise, so every sum has a fixed order.
        Parallel.For(0, dimension, i =>
        {
            double[] sums = new double[dimension];
            foreach (double[] row in centred)
                TensorPrimitives.MultiplyAdd(row, row[i], sums, sums);
            TensorPrimitives.Divide(sums, centred.Length, sums);
            covariance[i] = sums;
        });
        return covariance;
    }

    private static MapPoint[] Place(EmbeddingMatrix set, double[] mean, (PrincipalAxis First, PrincipalAxis Second) axes)
    {
        var points = new MapPoint[set.Count];
        for (int row = 0; row < set.Count; row++)
        {
            double x = 0, y = 0;
            for (int i = 0; i < mean.Length; i++)
            {
                double value = set[row][i] - mean[i];
                x += value * axes.First.Direction[i];
                y += value * axes.Second.Direction[i];
            }

            points[row] = new(x, y);
        }

        return points;
    }
}

/// <summary>A position on the map, or a number for each of its axes.</summary>
public readonly record struct MapPoint(double X, double Y);
