using System.Text.Json;

namespace ContrastivePipeline.Tests.Evaluation;

/// <summary>Semantic textual similarity against SimCSE's own evaluation and scipy, and its values without clusters.</summary>
public sealed class SentenceSimilarityTests
{
    [Theory]
    [MemberData(nameof(Golden.Cases), "correlation", MemberType = typeof(Golden))]
    public void Coefficients_are_the_references(GoldenCase golden)
    {
        var (x, y) = (golden.Doubles("in.predicted"), golden.Doubles("in.gold"));
        Assert.Equal(golden.Doubles("out.pearson")[0], Correlation.Pearson(x, y), 1e-12);
        Assert.Equal(golden.Doubles("out.spearman")[0], Correlation.Spearman(x, y), 1e-12);
    }

    /// <summary>Each subset, and all of them at once.</summary>
    [Theory]
    [MemberData(nameof(Golden.Cases), "sts", MemberType = typeof(Golden))]
    public void Similarities_are_the_references(GoldenCase golden)
    {
        var expected = golden.Config.GetProperty("expected");
        string[] subsets = [.. golden.Config.GetProperty("subsets").EnumerateObject().Select(subset => subset.Name)];
        foreach (string subset in subsets)
        {
            var (embeddings, first, second, scores) = Read(golden, subset);
            double[] cosines = SentenceSimilarity.Cosines(embeddings, first, second);
            Assert.All(golden.Doubles($"out.{subset}.cosine").Zip(cosines), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
            var result = SentenceSimilarity.Evaluate(embeddings, first, second, scores);
            Compare(expected.GetProperty(subset), property => property, result.Spearman, result.Pearson);
            Assert.False(result.SpearmanMean.IsDefined);
        }

        var parts = subsets.Select(subset => Read(golden, subset)).ToArray();
        int[] offsets = [.. parts.Select((_, i) => parts.Take(i).Sum(part => part.Embeddings.Count))];
        var all = SentenceSimilarity.Evaluate(
            Join([.. parts.Select(part => part.Embeddings)]),
            [.. parts.SelectMany((part, i) => part.First.Select(row => row + offsets[i]))],
            [.. parts.SelectMany((part, i) => part.Second.Select(row => row + offsets[i]))], [.. parts.SelectMany(part => part.Scores)],
            [.. parts.SelectMany((part, i) => part.Scores.Select(_ => subsets[i]))]);
        Compare(expected.GetProperty("all"), property => property.GetProperty("all"), all.Spearman, all.Pearson);
        Compare(expected.GetProperty("all"), property => property.GetProperty("mean"), all.SpearmanMean, all.PearsonMean);
        Compare(expected.GetProperty("all"), property => property.GetProperty("wmean"), all.SpearmanWeighted, all.PearsonWeighted);
        Assert.Equal(parts.Sum(part => part.Scores.Length), all.Spearman.N);
    }

    /// <summary>Pairs that share a sentence, directly or through other pairs, are left out together; what is left is measured anew.</summary>
    [Fact]
    public void A_value_without_a_cluster_is_that_of_the_other_pairs()
    {
        var embeddings = Matrices.Random(30, 8, seed: 3);
        int[] first = [0, 2, 4, 4, 7, 9, 11, 13, 15, 17, 19, 21], second = [1, 3, 5, 6, 8, 10, 12, 14, 16, 18, 20, 1];
        // Ties, also between clusters; the first cluster has pairs of both subsets.
        double[] scores = [1, 2, 2, 3, 5, 4, 2, 1, 0.5, 3, 3, 4];
        string[] subsets = ["a", "a", "a", "a", "a", "a", "a", "b", "b", "b", "b", "b"];
        var result = Evaluate(Enumerable.Range(0, first.Length));
        int[][] clusters = [[0, 11], [1], [2, 3], [4], [5], [6], [7], [8], [9], [10]];
        Assert.Equal(6, result.ByMetric().Count());
        foreach (var (metric, estimate) in result.ByMetric())
        {
            Assert.Equal(clusters.Select(cluster => cluster.Length), estimate.LeaveOneOut!.Sizes);
            foreach (var (cluster, without) in clusters.Zip(estimate.LeaveOneOut.Without))
            {
                var rest = Evaluate(Enumerable.Range(0, first.Length).Except(cluster));
                Assert.Equal(rest.ByMetric().Single(one => one.Metric == metric).Estimate.Value, without, 1e-12);
            }
        }

        SentenceSimilarityResult Evaluate(IEnumerable<int> pairs) => SentenceSimilarity.Evaluate(
            embeddings, [.. pairs.Select(i => first[i])], [.. pairs.Select(i => second[i])], [.. pairs.Select(i => scores[i])],
            [.. pairs.Select(i => subsets[i])]);
    }

    /// <summary>Neither 0 nor NaN: what has no value is reported and left out.</summary>
    [Fact]
    public void A_subset_of_equal_scores_is_left_out_of_the_means()
    {
        var embeddings = Matrices.Random(12, 4, seed: 5);
        int[] first = [0, 2, 4, 6, 8, 10], second = [1, 3, 5, 7, 9, 11];
        var result = SentenceSimilarity.Evaluate(embeddings, first, second, [1, 2, 3, 3, 2, 5], ["a", "a", "flat", "flat", "b", "b"]);
        Assert.Equal(["flat"], result.UndefinedSubsets);
        double Of(params int[] pairs) => Correlation.Pearson(
            [.. pairs.Select(i => SentenceSimilarity.Cosines(embeddings, first, second)[i])], [1, 2]);
        Assert.Equal((Of(0, 1) + Of(4, 5)) / 2, result.PearsonMean.Value, 1e-12);
        Assert.Equal(6, result.Spearman.N);
        Assert.False(SentenceSimilarity.Evaluate(embeddings, first, second, [1, 2, 3, 3, 3, 3], ["a", "a", "f", "f", "g", "g"]).PearsonMean.IsDefined);
    }

    /// <summary>A rounding of the last bit would put them in an order.</summary>
    [Fact]
    public void Pairs_of_equal_sentences_are_ties()
    {
        var rows = Matrices.Random(200, 64, seed: 9);
        var twice = Matrices.Of([.. Enumerable.Range(0, 400).Select(i => rows[i / 2].ToArray())]);
        int[] first = [.. Enumerable.Range(0, 200).Select(i => 2 * i)], second = [.. first.Select(i => i + 1)];
        Assert.All(SentenceSimilarity.Cosines(twice, first, second), cosine => Assert.Equal(1, cosine));
        Assert.Equal(SentenceSimilarity.Cosines(rows, [3, 8], [5, 9]), SentenceSimilarity.Cosines(rows, [5, 9], [3, 8]));
    }

    [Fact]
    public void Constant_scores_have_no_correlation()
    {
        var result = SentenceSimilarity.Evaluate(Matrices.Random(6, 4, seed: 1), [0, 2, 4], [1, 3, 5], [0.1, 0.1, 0.1]);
        Assert.Empty(result.ByMetric());
        Assert.True(double.IsNaN(Correlation.Pearson([1.1, 1.1, 1.1], [1, 2, 3])));
        Assert.True(double.IsNaN(Correlation.Spearman([1, 2, 3], [1e9, 1e9, 1e9])));
    }

    [Fact]
    public void A_rank_correlation_is_of_ranks_alone()
    {
        double[] x = [3, 1, 4, 1, 5, 9, 2, 6], y = [2, 7, 1, 8, 2, 8, 1, 8];
        Assert.Equal(Correlation.Spearman(x, y), Correlation.Spearman(Array.ConvertAll(x, Math.Exp), Array.ConvertAll(y, v => v * v * v)), 1e-14);
        Assert.Equal(-1, Correlation.Spearman([1, 2, 3], [8, 4, -100]), 1e-14);
    }

    [Fact]
    public void Lists_that_are_no_pairs_are_refused()
    {
        var embeddings = Matrices.Random(4, 4, seed: 1);
        Assert.Contains("no pairs of 4 sentences", Refused([0, 1], [2, 4], [1, 2]), StringComparison.Ordinal);
        Assert.Contains("3 scores for 2 pairs", Refused([0, 1], [2, 3], [1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("give each a finite one", Refused([0, 1], [2, 3], [1, double.NaN]), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Correlation.Pearson([1, 2], [1, 2, 3]));

        string Refused(int[] first, int[] second, double[] scores) =>
            Assert.Throws<ArgumentException>(() => SentenceSimilarity.Evaluate(embeddings, first, second, scores)).Message;
    }

    private static void Compare(JsonElement expected, Func<JsonElement, JsonElement> value, Estimate spearman, Estimate pearson)
    {
        Assert.Equal(value(expected.GetProperty("spearman")).GetDouble(), spearman.Value, 1e-9);
        Assert.Equal(value(expected.GetProperty("pearson")).GetDouble(), pearson.Value, 1e-9);
    }

    private static (EmbeddingMatrix Embeddings, int[] First, int[] Second, double[] Scores) Read(GoldenCase golden, string subset)
    {
        EmbeddingMatrix one = Matrices.Of(golden, $"in.{subset}.sentence1"), other = Matrices.Of(golden, $"in.{subset}.sentence2");
        return (
            Join(one, other), [.. Enumerable.Range(0, one.Count)], [.. Enumerable.Range(one.Count, other.Count)],
            golden.Doubles($"in.{subset}.gold"));
    }

    private static EmbeddingMatrix Join(params EmbeddingMatrix[] parts) => Matrices.Of(
        [.. parts.SelectMany(part => Enumerable.Range(0, part.Count).Select(row => part[row].ToArray()))]);
}
