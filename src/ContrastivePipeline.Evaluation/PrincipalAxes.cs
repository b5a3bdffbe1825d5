namespace ContrastivePipeline.Evaluation;

/// <summary>The two leading eigenvectors of a covariance matrix, by orthogonal iteration with Rayleigh–Ritz.</summary>
internal static class PrincipalAxes
{
    // More directions than two, so that a third one of nearly equal variance does not slow the iteration.
    private const int Directions = 8, MostIterations = 500;
    private const double Tolerance = 1e-10;

    /// <param name="covariance">[d, d], symmetric; d is at least 2.</param>
    public static (PrincipalAxis First, PrincipalAxis Second) Of(double[][] covariance)
    {
        double[][] basis = Orthonormal(Start(covariance.Length));
        double[] variances;
        for (int iteration = 0; ; iteration++)
        {
            double[][] products = Array.ConvertAll(basis, direction => Array.ConvertAll(covariance, row => Dot(row, direction)));
            double[][] inner = Array.ConvertAll(basis, left => Array.ConvertAll(products, right => Dot(left, right)));
            (variances, double[][] rotation) = SymmetricEigen.Of(inner);
            basis = Array.ConvertAll(rotation, weights => Combine(basis, weights));
            products = Array.ConvertAll(rotation, weights => Combine(products, weights));
            if (iteration == MostIterations || (Settled(products[0], basis[0], variances) && Settled(products[1], basis[1], variances)))
                break;
            basis = Orthonormal(products);
        }

        return (Axis(basis[0], variances[0]), Axis(basis[1], variances[1]));

        static bool Settled(double[] product, double[] direction, double[] variances)
        {
            double variance = Dot(product, direction);
            double residual = product.Zip(direction, (x, y) => x - variance * y).Sum(difference => difference * difference);
            return Math.Sqrt(residual) <= Tolerance * variances[0];
        }
    }

    private static double[][] Start(int dimension)
    {
        var random = new SplitMix64(1);
        double[][] start = new double[Math.Min(dimension, Directions)][];
        for (int i = 0; i < start.Length; i++)
        {
            start[i] = new double[dimension];
            foreach (ref double value in start[i].AsSpan())
                value = random.Below(1 << 20) / (double)(1 << 19) - 1;
        }

        return start;
    }

    /// <summary>Gram–Schmidt, twice for accuracy; a direction that depends linearly on earlier ones becomes zero.</summary>
    private static double[][] Orthonormal(double[][] directions)
    {
        for (int i = 0; i < directions.Length; i++)
        {
            double[] direction = directions[i];
            double before = Math.Sqrt(Dot(direction, direction));
            for (int repeat = 0; repeat < 2; repeat++)
            {
                foreach (double[] other in directions.AsSpan(0, i))
                    AddTo(direction, other, -Dot(direction, other));
            }

            double norm = Math.Sqrt(Dot(direction, direction));
            bool vanished = norm <= 1e-13 * before;
            foreach (ref double value in direction.AsSpan())
                value = vanished ? 0 : value / norm;
        }

        return directions;
    }

    private static double[] Combine(double[][] directions, double[] weights)
    {
        double[] sum = new double[directions[0].Length];
        for (int i = 0; i < weights.Length; i++)
            AddTo(sum, directions[i], weights[i]);
        return sum;
    }

    private static PrincipalAxis Axis(double[] direction, double variance)
    {
        double largest = direction.MaxBy(Math.Abs);
        return new(largest < 0 ? Array.ConvertAll(direction, value => -value) : direction, Math.Max(0, variance));
    }

    private static void AddTo(double[] sum, double[] direction, double weight)
    {
        for (int i = 0; i < sum.Length; i++)
            sum[i] += weight * direction[i];
    }

    private static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }
}

/// <summary>A direction of unit length and the variance along it.</summary>
internal readonly record struct PrincipalAxis(double[] Direction, double Variance);
