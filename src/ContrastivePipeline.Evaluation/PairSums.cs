namespace ContrastivePipeline.Evaluation;

/// <summary>Sums of a kernel over pairs of rows, each in the order of the rows.</summary>
internal static class PairSums
{
    /// <summary>A kernel of two squared lengths and the dot product.</summary>
    public delegate double Kernel(double leftSquared, double rightSquared, double product);

    /// <summary>exp(−t‖x − y‖²).</summary>
    public static double Gaussian(double t, double leftSquared, double rightSquared, double product) =>
        Math.Exp(-t * Math.Max(0, leftSquared + rightSquared - 2 * product));

    /// <summary>Of each row of a set, the Gaussians with the rows after it, and with all other rows.</summary>
    public static (double[] After, double[] All) Within(EmbeddingMatrix set, double t, Tiling? tiling = null)
    {
        double[] squared = Squared(set), after = new double[set.Count], all = new double[set.Count];
        DotProducts.VisitHalf(set.Rows, tile =>
        {
            for (int i = 0; i < tile.LeftCount; i++)
            {
                var products = tile[i];
                int left = tile.LeftStart + i;
                var (sumAfter, sum) = (after[left], all[left]);
                for (int j = Math.Max(0, left + 1 - tile.RightStart); j < products.Length; j++)
                {
                    int right = tile.RightStart + j;
                    double kernel = Gaussian(t, squared[left], squared[right], products[j]);
                    sumAfter += kernel;
                    sum += kernel;
                    all[right] += kernel;
                }

                (after[left], all[left]) = (sumAfter, sum);
            }
        }, tiling);
        return (after, all);
    }

    /// <summary>The logarithm of the kernel's mean over the chosen pairs.</summary>
    public static double LogMean(EmbeddingMatrix left, EmbeddingMatrix right, Func<int, int, bool> choose, Kernel kernel)
    {
        double[] leftSquared = Squared(left), rightSquared = Squared(right), sums = new double[left.Count];
        long[] pairs = new long[left.Count];
        DotProducts.Visit(left.Rows, right.Rows, tile =>
        {
            for (int i = 0; i < tile.LeftCount; i++)
            {
                for (int j = 0; j < tile.RightCount; j++)
                {
                    var (row, column) = (tile.LeftStart + i, tile.RightStart + j);
                    if (!choose(row, column))
                        continue;
                    sums[row] += kernel(leftSquared[row], rightSquared[column], tile[i][j]);
                    pairs[row]++;
                }
            }
        });
        return Math.Log(sums.Sum() / pairs.Sum());
    }

    /// <summary>The squared length of each row.</summary>
    public static double[] Squared(EmbeddingMatrix matrix) =>
        [.. Enumerable.Range(0, matrix.Count).Select(row => DotProducts.Of(matrix[row], matrix[row]))];
}
