namespace ContrastivePipeline.Tests.Evaluation;

public sealed class ProjectionTests
{
    [Fact]
    public void Axes_follow_the_spread()
    {
        // Variances 16, 4 and 0.25 along the coordinates 2, 0 and 1, with means of their own.
        var media = Matrices.Of([7, 1, 9], [7, 1, 1], [9, 1, 5], [5, 1, 5]);
        var texts = Matrices.Of([7, 1.5f, 5], [7, 0.5f, 5]);
        var map = Projection.Of(media, texts);
        Near(4, 0, map.Media[0]);
        Near(-4, 0, map.Media[1]);
        Near(0, 2, map.Media[2]);
        Near(0, 0, map.Texts[0]);
        Assert.Equal(32 / 40.5, map.ExplainedVariance.X, 1e-9);
        Assert.Equal(8 / 40.5, map.ExplainedVariance.Y, 1e-9);

        static void Near(double x, double y, MapPoint point)
        {
            Assert.Equal(x, point.X, 1e-6);
            Assert.Equal(y, point.Y, 1e-6);
        }
    }

    [Fact]
    public void Variances_are_the_eigenvalues_of_many_dimensions()
    {
        // A rotation hides the axes; the shares must come back: 9, 4 and thirty of 0.04.
        const int dimension = 32;
        var random = new Random(1);
        double[] turn = Unit(random, dimension);
        float[][] rows = new float[2 * dimension][];
        for (int i = 0; i < dimension; i++)
        {
            double size = i switch { 5 => 3, 11 => 2, _ => 0.2 };
            rows[2 * i] = Reflect(i, size);
            rows[2 * i + 1] = Reflect(i, -size);
        }

        var map = Projection.Of(Matrices.Of(rows[..40]), Matrices.Of(rows[40..]));
        double total = 9 + 4 + 30 * 0.04;
        Assert.Equal(9 / total, map.ExplainedVariance.X, 1e-6);
        Assert.Equal(4 / total, map.ExplainedVariance.Y, 1e-6);

        float[] Reflect(int axis, double size)
        {
            // Householder: x − 2⟨x, u⟩u.
            return [.. Enumerable.Range(0, dimension).Select(i => (float)(size * ((i == axis ? 1 : 0) - 2 * turn[axis] * turn[i])))];
        }
    }

    [Fact]
    public void Points_on_a_line_need_one_axis()
    {
        var map = Projection.Of(Matrices.Of([0, 0, 0], [2, 4, 4]), Matrices.Of([1f, 2f, 2f]));
        Assert.Equal(1, map.ExplainedVariance.X, 1e-12);
        Assert.Equal(0, map.ExplainedVariance.Y, 1e-12);
        Assert.Equal(6, Math.Abs(map.Media[1].X - map.Media[0].X), 1e-9);
        Assert.All(map.Media, point => Assert.Equal(0, point.Y, 1e-9));
    }

    [Fact]
    public void Equal_embeddings_lie_at_the_origin() =>
        Assert.All(
            Projection.Of(Matrices.Of([1, 0], [1, 0]), Matrices.Of([1f, 0f])).Media, point => Assert.Equal(new MapPoint(0, 0), point));

    [Fact]
    public void The_same_embeddings_give_the_same_map()
    {
        var (media, texts) = (Matrices.Random(200, 24, seed: 2), Matrices.Random(100, 24, seed: 3));
        Assert.Equal(Projection.Of(media, texts).Media, Projection.Of(media, texts).Media);
    }

    [Fact]
    public void Similarities_count_every_pair_once()
    {
        var media = Matrices.Of([1, 0], [0, 1], [-1, 0]);
        var texts = Matrices.Of([1, 0], [-1, 0]);
        var histogram = SimilaritySample.Of(new(media, [0, 0, 1], texts, [0, 1]));
        Assert.Equal(SimilaritySample.Bins + 1, histogram.Edges.Length);
        // Matched: cosines 1, 0 and 1; unmatched: −1, 0 and −1.
        Assert.Equal((3, 2, 1), (histogram.Matched.Sum(), histogram.Matched[^1], histogram.Matched[SimilaritySample.Bins / 2]));
        Assert.Equal((3, 2, 1), (histogram.Unmatched.Sum(), histogram.Unmatched[0], histogram.Unmatched[SimilaritySample.Bins / 2]));
    }

    [Fact]
    public void Large_sets_are_sampled_the_same_way_every_time()
    {
        var rows = Matrices.Random(SimilaritySample.LargestSide + 100, 3, seed: 5);
        var pairs = MatchedEmbeddings.Paired(rows, rows.Select([.. Enumerable.Range(1, 50), .. Enumerable.Range(0, rows.Count - 50)]));
        var first = SimilaritySample.Of(pairs);
        Assert.Equal((long)SimilaritySample.LargestSide * SimilaritySample.LargestSide, first.Matched.Sum() + first.Unmatched.Sum());
        Assert.Equal(first.Unmatched, SimilaritySample.Of(pairs).Unmatched);
        // The cosine of random directions in three dimensions is spread evenly (Archimedes).
        Assert.All(first.Unmatched, count => Assert.InRange(count * SimilaritySample.Bins / (double)first.Unmatched.Sum(), 0.9, 1.1));
    }

    [Fact]
    public void Bad_input_is_reported()
    {
        Assert.Throws<ArgumentException>(() => Projection.Of(Matrices.Of([1f]), Matrices.Of([1f])));
        Assert.Throws<ArgumentException>(() => Projection.Of(Matrices.Of([1f, 0f]), Matrices.Of([1f, 0f, 0f])));
        Assert.Throws<ArgumentException>(() => Projection.Of(Matrices.Of([float.NaN, 0f]), Matrices.Of([1f, 0f])));
        Assert.Throws<ArgumentException>(() => SimilaritySample.Of(MatchedEmbeddings.Paired(Matrices.Of([3f, 0f]), Matrices.Of([1f, 0f]))));
    }

    private static double[] Unit(Random random, int dimension)
    {
        double[] values = [.. Enumerable.Range(0, dimension).Select(_ => random.NextDouble() - 0.5)];
        double norm = Math.Sqrt(values.Sum(value => value * value));
        return Array.ConvertAll(values, value => value / norm);
    }
}
