namespace ContrastivePipeline.Tests.Evaluation;

public sealed class GeometryTests
{
    [Fact]
    public void Coinciding_pairs_are_aligned_and_have_no_gap()
    {
        var rows = Matrices.Random(40, 8, seed: 1);
        var result = Geometry.Evaluate(MatchedEmbeddings.Paired(rows, rows));
        Assert.Equal(0, result.Alignment.Value);
        Assert.Equal(0, result.CentroidGap.Value);
        Assert.Equal(1, result.MatchedCosine.Value, 1e-6);
        Assert.Equal(result.UniformityText.Value, result.UniformityAcross.Value, 1e-12);
    }

    [Fact]
    public void Two_opposite_points_have_the_uniformity_of_their_distance()
    {
        // ‖x − y‖² = 4: log exp(−2 · 4).
        Assert.Equal(-8, Geometry.Uniformity(Matrices.Of([1, 0], [-1, 0])), 1e-12);
        Assert.Equal(0, Geometry.Uniformity(Matrices.Of([1, 0], [1, 0])), 1e-12);
    }

    [Fact]
    public void Spread_rows_come_near_the_sphere_s_own_uniformity()
    {
        // In many dimensions nearly all distances are √2: log E exp(−2‖x − y‖²) = −4 + 8/d to second order.
        Assert.Equal(-4 + 8 / 256.0, Geometry.Uniformity(Matrices.Random(1_500, 256, seed: 2)), 2e-3);
    }

    [Fact]
    public void Groups_decide_which_pairs_match()
    {
        // Two drawings of concept 0 share its text.
        var media = Matrices.Of([1, 0], [0, 1], [-1, 0]);
        var texts = Matrices.Of([1, 0], [-1, 0]);
        var result = Geometry.Evaluate(new(media, [0, 0, 1], texts, [0, 1]));
        Assert.Equal((0 + 2 + 0) / 3.0, result.Alignment.Value, 1e-12);
        Assert.Equal(3, result.Alignment.N);
        Assert.Equal(Math.Log((Math.Exp(-8) + Math.Exp(-4) + Math.Exp(-8)) / 3), result.UniformityAcross.Value, 1e-12);
        Assert.Equal((-1 + 0 - 1) / 3.0, result.UnmatchedCosine.Value, 1e-12);
    }

    [Fact]
    public void A_rotation_changes_nothing_but_rounding()
    {
        var (media, texts) = (Matrices.Random(30, 2, seed: 3), Matrices.Random(30, 2, seed: 4));
        var straight = Geometry.Evaluate(MatchedEmbeddings.Paired(media, texts));
        var turned = Geometry.Evaluate(MatchedEmbeddings.Paired(Turn(media), Turn(texts)));
        Assert.Equal(straight.Alignment.Value, turned.Alignment.Value, 1e-6);
        Assert.Equal(straight.UniformityMedia.Value, turned.UniformityMedia.Value, 1e-6);
        Assert.Equal(straight.CentroidGap.Value, turned.CentroidGap.Value, 1e-6);

        static EmbeddingMatrix Turn(EmbeddingMatrix rows) => Matrices.Of(
            [.. Enumerable.Range(0, rows.Count)
                .Select(row => new[] { 0.6f * rows[row][0] - 0.8f * rows[row][1], 0.8f * rows[row][0] + 0.6f * rows[row][1] })]);
    }

    /// <summary>A first try with one test image: what needs two of a kind is undefined, and nothing fails.</summary>
    [Fact]
    public void One_image_has_the_geometry_that_one_can_have()
    {
        var image = Matrices.Of([1f, 0f]);
        var one = Geometry.Evaluate(MatchedEmbeddings.Paired(image, Matrices.Of([0f, 1f])));
        Assert.Equal((2, 0, Math.Sqrt(2)), (one.Alignment.Value, one.MatchedCosine.Value, one.CentroidGap.Value));
        Assert.All([one.UniformityMedia, one.UniformityText, one.UniformityAcross, one.UnmatchedCosine], undefined =>
            Assert.False(undefined.IsDefined));

        var captions = Geometry.Evaluate(new(image, [0], Matrices.Of([0, 1], [0, -1]), [0, 0]));
        Assert.Equal(-8, captions.UniformityText.Value, 1e-12);
        Assert.All([captions.UniformityMedia, captions.UniformityAcross, captions.UnmatchedCosine], undefined =>
            Assert.False(undefined.IsDefined));

        string[] left = ["geometry/alignment", "geometry/uniformity-text", "geometry/modality-gap", "geometry/matched-cosine"];
        var measured = new Measurements("clip", 1, "d", "v", "test").Of(captions);
        Assert.Equal(left, measured.Select(measurement => measurement.Metric));
        Assert.All(measured, measurement => Assert.True(double.IsFinite(measurement.Value)));
    }

    [Fact]
    public void Bad_input_is_reported()
    {
        var good = Matrices.Of([1, 0], [0, 1]);
        AssertRefused("Row 0 of the text embeddings has length 2, not 1", () =>
            Geometry.Evaluate(MatchedEmbeddings.Paired(good, Matrices.Of([2, 0], [0, 1]))));
        AssertRefused("at least two embeddings", () => Geometry.Uniformity(Matrices.Of([1f, 0f])));
        Assert.False(Geometry.Evaluate(new(good, [0, 0], good, [0, 0])).UniformityAcross.IsDefined);
        AssertRefused("not two or more pairs", () => CyclipGeometry.CaptionUniformity(good, Matrices.Of([1f, 0f])));

        static void AssertRefused(string expected, Func<object> act) =>
            Assert.Contains(expected, Assert.Throws<ArgumentException>(() => act()).Message);
    }
}
