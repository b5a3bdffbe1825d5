namespace ContrastivePipeline.Evaluation;

/// <summary>Correlation coefficients; NaN where one of the two lists is constant.</summary>
public static class Correlation
{
    /// <summary>Pearson's r.</summary>
    /// <exception cref="ArgumentException">The lists differ in length, have fewer than two values, or one that is not finite.</exception>
    public static double Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        return PairSums(x, y).Correlation;
    }

    /// <summary>Spearman's ρ: Pearson's r of the ranks, equal values sharing the mean of theirs.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Pearson"/>.</exception>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        return PairSums(Ranks(x), Ranks(y)).Correlation;
    }

    /// <summary>Pearson's r, and what it is without each cluster.</summary>
    internal static LeaveOneOut PearsonWithout(IReadOnlyList<double> x, IReadOnlyList<double> y, Clusters clusters)
    {
        // About their means, or what is left of a sum would be a small difference of large ones.
        double[] dx = Centred(x), dy = Centred(y);
        var all = PairSums(dx, dy);
        return new(
            all.Correlation, [.. clusters.Items.Select(items => items.Aggregate(all, (sums, i) => sums.Less(dx[i], dy[i])).Correlation)],
            clusters.Sizes);
    }

    /// <summary>Spearman's ρ, and what it is without each cluster, by ranks among what is left.</summary>
    internal static LeaveOneOut SpearmanWithout(IReadOnlyList<double> x, IReadOnlyList<double> y, Clusters clusters)
    {
        double[] xs = [.. x], ys = [.. y], xRanks = Ranks(x), yRanks = Ranks(y);
        double[] without = new double[clusters.Sizes.Count];
        var items = clusters.Items.Select(cluster => cluster.ToArray()).ToArray();
        Parallel.For(0, without.Length, c =>
        {
            double[] outX = Array.ConvertAll(items[c], i => xs[i]), outY = Array.ConvertAll(items[c], i => ys[i]);
            bool[] isOut = new bool[xs.Length];
            foreach (int i in items[c])
                isOut[i] = true;
            double middle = (xs.Length - outX.Length + 1) / 2.0;
            var sums = default(Sums);
            for (int i = 0; i < xs.Length; i++)
            {
                if (!isOut[i])
                    sums = sums.Plus(xRanks[i] - Below(outX, xs[i]) - middle, yRanks[i] - Below(outY, ys[i]) - middle);
            }

            without[c] = sums.Correlation;
        });
        return new(PairSums(xRanks, yRanks).Correlation, without, clusters.Sizes);
    }

    // What a value's rank has of these: one of each that is less, half of each that is equal.
    private static double Below(double[] values, double value)
    {
        double below = 0;
        foreach (double other in values)
            below += other < value ? 1 : other == value ? 0.5 : 0;
        return below;
    }

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values];
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        double[] ranks = new double[sorted.Length];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
                end++;
            foreach (int item in order.AsSpan(start, end - start))
                ranks[item] = (start + end + 1) / 2.0;
        }

        return ranks;
    }

    private static double[] Centred(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        return [.. values.Select(value => value - mean)];
    }

    private static Sums PairSums(IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        Centred(x).Zip(Centred(y)).Aggregate(default(Sums), (sums, pair) => sums.Plus(pair.First, pair.Second));

    private static void Check(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count || x.Count < 2 || !x.Concat(y).All(double.IsFinite))
            throw new ArgumentException($"Of {x.Count} and {y.Count} values no correlation can be computed: give two finite lists of one length.");
    }

    private readonly record struct Sums(int N, double X, double Y, double Xx, double Yy, double Xy)
    {
        // Of constant values the sums of squares are what rounding leaves of 0.
        private const double Nothing = 1e-12;

        public double Correlation
        {
            get
            {
                double xx = Xx - (X * X / N), yy = Yy - (Y * Y / N);
                return xx <= Nothing * Xx || yy <= Nothing * Yy ? double.NaN : (Xy - (X * Y / N)) / Math.Sqrt(xx * yy);
            }
        }

        public Sums Plus(double x, double y) => new(N + 1, X + x, Y + y, Xx + (x * x), Yy + (y * y), Xy + (x * y));

        public Sums Less(double x, double y) => new(N - 1, X - x, Y - y, Xx - (x * x), Yy - (y * y), Xy - (x * y));
    }
}
