namespace ContrastivePipeline.Evaluation;

/// <summary>Jacobi's method for the eigenvectors of a small symmetric matrix.</summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 50;

    /// <summary>Finds all eigenvalues, largest first, with their eigenvectors as rows.</summary>
    /// <param name="matrix">[n, n], symmetric; overwritten.</param>
    public static (double[] Values, double[][] Vectors) Of(double[][] matrix)
    {
        int size = matrix.Length;
        double[][] vectors =
            [.. Enumerable.Range(0, size).Select(i => Enumerable.Range(0, size).Select(j => i == j ? 1.0 : 0.0).ToArray())];
        for (int sweep = 0; sweep < MostSweeps && !IsDiagonal(matrix); sweep++)
        {
            for (int p = 0; p < size; p++)
            {
                for (int q = p + 1; q < size; q++)
                    Rotate(matrix, vectors, p, q);
            }
        }

        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => matrix[i][i])];
        return (Array.ConvertAll(order, i => matrix[i][i]), Array.ConvertAll(order, i => vectors[i]));
    }

    private static void Rotate(double[][] matrix, double[][] vectors, int p, int q)
    {
        if (matrix[p][q] == 0)
            return;
        double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        double tangent = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        double cosine = 1 / Math.Sqrt(tangent * tangent + 1), sine = tangent * cosine;
        foreach (double[] row in matrix)
            (row[p], row[q]) = (cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]);
        RotateRows(matrix, p, q, cosine, sine);
        RotateRows(vectors, p, q, cosine, sine);
    }

    private static void RotateRows(double[][] rows, int p, int q, double cosine, double sine)
    {
        for (int i = 0; i < rows[p].Length; i++)
            (rows[p][i], rows[q][i]) = (cosine * rows[p][i] - sine * rows[q][i], sine * rows[p][i] + cosine * rows[q][i]);
    }

    private static bool IsDiagonal(double[][] matrix)
    {
        double diagonal = 0, rest = 0;
        for (int i = 0; i < matrix.Length; i++)
        {
            for (int j = 0; j < matrix.Length; j++)
                (i == j ? ref diagonal : ref rest) += matrix[i][j] * matrix[i][j];
        }

        return rest <= 1e-30 * diagonal;
    }
}
