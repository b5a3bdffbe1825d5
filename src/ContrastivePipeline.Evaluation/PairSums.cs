namespace ContrastivePipeline.Evaluation;

/// <summary>Averages of a kernel over chosen pairs of rows, block by block.</summary>
internal static class PairSums
{
    /// <summary>A kernel of two squared lengths and the dot product.</summary>
    public delegate double Kernel(double leftSquared, double rightSquared, double product);

    /// <summary>exp(−t‖x − y‖²).</summary>
    public static Kernel Gaussian(double t) =>
        (left, right, product) => Math.Exp(-t * Math.Max(0, left + right - 2 * product));

    /// <summary>The logarithm of the kernel's mean over the chosen pairs, and the mean dot product over them.</summary>
    public static (double Value, double MeanProduct) LogMean(
        EmbeddingMatrix left, EmbeddingMatrix right, Func<int, int, bool> choose, Kernel kernel)
    {
        var rows = ByRow(left, right, choose, kernel);
        long pairs = rows.Sum(row => row.Pairs);
        if (pairs == 0)
            throw new ArgumentException("There is no pair to average over: every media item matches every text.");
        return (Math.Log(rows.Sum(row => row.Kernel) / pairs), rows.Sum(row => row.Product) / pairs);
    }

    /// <summary>Sums of each left row over the chosen right rows.</summary>
    public static RowSums[] ByRow(EmbeddingMatrix left, EmbeddingMatrix right, Func<int, int, bool> choose, Kernel kernel)
    {
        double[] leftSquared = Squared(left), rightSquared = Squared(right);
        // One slot per left row, summed in order at the end: the result does not depend on the number of threads.
        var rows = new RowSums[left.Count];
        DotProducts.Visit(left, right, (leftStart, leftCount, rightStart, rightCount, products) =>
        {
            for (int i = leftStart; i < leftStart + leftCount; i++)
            {
                var sum = rows[i];
                for (int j = rightStart; j < rightStart + rightCount; j++)
                {
                    if (!choose(i, j))
                        continue;
                    double product = products[(i - leftStart) * rightCount + j - rightStart];
                    sum = new(sum.Kernel + kernel(leftSquared[i], rightSquared[j], product), sum.Product + product, sum.Pairs + 1);
                }

                rows[i] = sum;
            }
        });

        return rows;
    }

    private static double[] Squared(EmbeddingMatrix matrix) =>
        [.. Enumerable.Range(0, matrix.Count).Select(row => DotProducts.Of(matrix[row], matrix[row]))];

    /// <summary>Sums over the pairs of one row.</summary>
    public readonly record struct RowSums(double Kernel, double Product, long Pairs);
}
