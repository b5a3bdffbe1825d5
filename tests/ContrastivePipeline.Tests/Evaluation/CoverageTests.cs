namespace ContrastivePipeline.Tests.Evaluation;

/// <summary>How often the 95 % interval holds the true value, over thousands of made-up test sets whose true value is known. All draws have
/// fixed seeds; the binomial error of a share is about 0.35 points.</summary>
public sealed class CoverageTests
{
    private const int Trials = 4_000;

    public enum Sizes
    {
        Three,
        OneToFifteen,
        TwoOrTwenty,
    }

    /// <summary>Differences of a continuous value such as alignment: half of the variance lies between clusters.</summary>
    [Theory]
    [InlineData(8, Sizes.Three)]
    [InlineData(30, Sizes.Three)]
    [InlineData(200, Sizes.Three)]
    [InlineData(8, Sizes.OneToFifteen)]
    [InlineData(30, Sizes.OneToFifteen)]
    [InlineData(15, Sizes.TwoOrTwenty)]
    [InlineData(100, Sizes.TwoOrTwenty)]
    public void Continuous_differences(int clusters, Sizes sizes) =>
        Assert.InRange(Coverage(clusters, sizes, 0.3, (shared, own) => 0.3 + (0.7 * shared) + (0.7 * own)), 0.93, 0.97);

    /// <summary>Differences of hits: −1, 0 or 1, most of them 0.</summary>
    [Theory]
    [InlineData(30, Sizes.Three)]
    [InlineData(200, Sizes.Three)]
    [InlineData(30, Sizes.OneToFifteen)]
    [InlineData(30, Sizes.TwoOrTwenty)]
    [InlineData(200, Sizes.TwoOrTwenty)]
    public void Differences_of_hits(int clusters, Sizes sizes)
    {
        // The sum of the two is normal with variance 0.98: P(> 1.485) = P(Z > 1.5) = 0.0668072, P(< −1.782) = P(Z < −1.8) = 0.0359303.
        double root = Math.Sqrt(0.98);
        Assert.InRange(Coverage(clusters, sizes, 0.0668072 - 0.0359303, (shared, own) =>
        {
            double z = (0.7 * shared + 0.7 * own) / root;
            return z > 1.5 ? 1 : z < -1.8 ? -1 : 0;
        }), 0.93, 0.97);
    }

    [Fact]
    public void Items_taken_as_independent_would_be_far_too_sure() =>
        Assert.InRange(
            Coverage(30, Sizes.Three, 0.3, (shared, own) => 0.3 + (0.9 * shared) + (0.3 * own), areClustersKnown: false), 0.70, 0.80);

    /// <summary>Rows on a circle, three a concept, at normal angles; the variant spreads the concepts wider than the baseline. With
    /// exp(4 cos x) = Σ c_k cos kx and E cos k(x − y) = exp(−k² σ²), the mean over pairs is known.</summary>
    [Theory]
    [InlineData(15)]
    [InlineData(50)]
    public void Differences_of_uniformity(int clusters)
    {
        const double within = 0.3, baseline = 0.5, variant = 0.8;
        const int rows = 3, trials = 1_000;
        double truth = Expected(variant) - Expected(baseline);
        var random = new Random(clusters);
        int[] concepts = [.. Enumerable.Range(0, clusters * rows).Select(row => row / rows)];
        int held = Enumerable.Range(0, trials).Count(_ =>
        {
            double[] shared = Normals(random, clusters), own = Normals(random, clusters * rows);
            LeaveOneOut Of(double spread) => GeometryLeaveOneOut.Uniformity(
                Circle([.. concepts.Select((concept, row) => (spread * shared[concept]) + (within * own[row]))]), concepts);
            var difference = PairedJackknife.Compare(Of(baseline), Of(variant))!;
            return difference.Low <= truth && truth <= difference.High;
        });
        Assert.InRange(held / (double)trials, 0.93, 0.97);

        double Expected(double spread)
        {
            double ofConcept = (rows - 1.0) / ((clusters * rows) - 1);
            return Math.Log((ofConcept * Kernel(within * within)) + ((1 - ofConcept) * Kernel((spread * spread) + (within * within))));
        }
    }

    // E exp(−2‖x − y‖²) = E exp(−4 + 4 cos(x − y)) of two angles of that variance; the Fourier coefficients by the rectangle rule, which is
    // exact.
    private static double Kernel(double variance)
    {
        const int points = 64;
        double[] angles = [.. Enumerable.Range(0, points).Select(i => Math.Tau * i / points)];
        return Enumerable.Range(0, points / 2).Sum(k => Math.Exp(-k * k * variance) * (k == 0 ? 1 : 2)
            * angles.Average(angle => Math.Exp(-4 + (4 * Math.Cos(angle))) * Math.Cos(k * angle)));
    }

    private static EmbeddingMatrix Circle(double[] angles) => new(
        [.. angles.SelectMany(angle => new[] { (float)Math.Cos(angle), (float)Math.Sin(angle) })], angles.Length, 2);

    private static double Coverage(
        int clusters, Sizes sizes, double truth, Func<double, double, double> value, bool areClustersKnown = true)
    {
        var random = new Random((1_000 * (int)sizes) + clusters);
        int held = Enumerable.Range(0, Trials).Count(_ =>
        {
            var (values, ids) = (new List<double>(), new List<int>());
            for (int cluster = 0; cluster < clusters; cluster++)
            {
                int size = Size(sizes, random);
                double shared = Normal(random);
                for (int i = 0; i < size; i++)
                {
                    values.Add(value(shared, Normal(random)));
                    ids.Add(areClustersKnown ? cluster : ids.Count);
                }
            }
            var known = new Clusters(ids);
            var nothing = LeaveOneOut.OfMean(new double[values.Count], known);
            var difference = PairedJackknife.Compare(nothing, LeaveOneOut.OfMean(values, known))!;
            return difference.Low <= truth && truth <= difference.High;
        });
        return held / (double)Trials;
    }

    private static int Size(Sizes sizes, Random random)
    {
        if (sizes == Sizes.Three)
            return 3;
        if (sizes == Sizes.TwoOrTwenty)
            return random.NextDouble() < 0.1 ? 20 : 2;
        int size = 1;
        while (size < 15 && random.NextDouble() < 0.75)
            size++;
        return size;
    }

    private static double[] Normals(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => Normal(random))];

    // Box and Muller.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
}
