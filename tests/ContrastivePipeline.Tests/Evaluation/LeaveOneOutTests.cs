namespace ContrastivePipeline.Tests.Evaluation;

/// <summary>What a statistic is without a cluster, held against the statistic of the other items.</summary>
public sealed class LeaveOneOutTests
{
    private static readonly int[] MediaGroup = [0, 0, 1, 2, 2, 2, 3, 4, 4], TextGroup = [3, 0, 1, 1, 2, 4, 4];

    private static readonly MatchedEmbeddings Embeddings =
        new(Matrices.Random(9, 6, seed: 1), MediaGroup, Matrices.Random(7, 6, seed: 2), TextGroup);

    public static TheoryData<string> Metrics => ["alignment", "cosine", "media", "texts", "across", "unmatched", "gap"];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void A_value_without_a_group_is_that_of_the_other_groups(string metric)
    {
        var actual = Of(metric, Embeddings);
        Assert.Equal(Value(metric, Embeddings), actual.Value, 1e-12);
        // Clusters come in the order of their first items.
        int[] order = [.. (metric == "texts" ? TextGroup : MediaGroup).Distinct()];
        Assert.Equal(order.Length, actual.Without.Count);
        foreach (var (group, without) in order.Zip(actual.Without))
            Assert.Equal(Value(metric, Rest([group])), without, 1e-12);
    }

    /// <summary>Groups 1 and 2 share a text, and another text of group 1 does not match group 2: inside one cluster there is a pair that
    /// does not match.</summary>
    [Theory]
    [MemberData(nameof(Metrics))]
    public void Groups_that_share_a_text_are_left_out_together(string metric)
    {
        int[] words = [0, 1, 2, 3, 3, 5, 6];
        var all = new MatchedEmbeddings(Embeddings.Media, MediaGroup, Embeddings.Texts, TextGroup, words);
        var actual = Of(metric, all);
        Assert.Equal(Value(metric, all), actual.Value, 1e-12);
        int[][] order = metric == "texts" ? [[3], [0], [1, 2], [4]] : [[0], [1, 2], [3], [4]];
        Assert.Equal(order.Length, actual.Without.Count);
        foreach (var (groups, without) in order.Zip(actual.Without))
            Assert.Equal(Value(metric, Rest(groups, words)), without, 1e-12);
    }

    [Fact]
    public void Sizes_count_the_items_of_each_cluster()
    {
        Assert.Equal([1, 1, 2, 1, 2], Of("texts", Embeddings).Sizes);
        Assert.Equal([2, 1, 3, 1, 2], Of("media", Embeddings).Sizes);
        // Pairs of group 1: one image, two texts.
        Assert.Equal([2, 2, 3, 1, 4], Of("alignment", Embeddings).Sizes);
        Assert.Equal([3, 3, 4, 2, 4], Of("gap", Embeddings).Sizes);
    }

    [Fact]
    public void What_has_nothing_left_is_undefined()
    {
        var two = new MatchedEmbeddings(Matrices.Random(3, 4, seed: 3), [0, 0, 1], Matrices.Random(3, 4, seed: 4), [0, 1, 1]);
        Assert.Equal([double.NaN, Geometry.Uniformity(two.Media.Select([0, 1]))], Of("media", two).Without);
        Assert.All(Of("across", two).Without, value => Assert.Equal(double.NaN, value));
        Assert.Null(PairedJackknife.Compare(Of("across", two), Of("across", two)));
    }

    [Fact]
    public void Mean_accuracy_of_the_classes_without_a_concept()
    {
        // Classes 0, 0, 1, 2; right: yes, no, yes, no.
        var result = new ZeroShotResult(3, [0, 0, 1, 2], [0, 1, 1, 0], [0, 1, 0, 2]);
        var actual = result.MeanPerClassWithout(new([5, 6, 6, 7]));
        Assert.Equal((0.5 + 1 + 0) / 3, actual.Value, 1e-12);
        // Without the first: 0 of 1, 1 of 1, 0 of 1. Without the second cluster: 1 of 1, none left, 0 of 1. Without the third: class 2 is
        // gone.
        Assert.Equal([1 / 3.0, 0.5, 0.75], actual.Without);
    }

    private static LeaveOneOut Of(string metric, MatchedEmbeddings embeddings) => Estimated(metric, embeddings).LeaveOneOut!;

    private static double Value(string metric, MatchedEmbeddings embeddings) => Estimated(metric, embeddings).Value;

    private static Estimate Estimated(string metric, MatchedEmbeddings embeddings)
    {
        var result = Geometry.Evaluate(embeddings);
        return metric switch
        {
            "alignment" => result.Alignment,
            "cosine" => result.MatchedCosine,
            "media" => result.UniformityMedia,
            "texts" => result.UniformityText,
            "across" => result.UniformityAcross,
            "unmatched" => result.UnmatchedCosine,
            _ => result.CentroidGap,
        };
    }

    private static MatchedEmbeddings Rest(int[] groups, int[]? words = null)
    {
        int[] media = [.. Enumerable.Range(0, MediaGroup.Length).Where(i => !groups.Contains(MediaGroup[i]))];
        int[] texts = [.. Enumerable.Range(0, TextGroup.Length).Where(i => !groups.Contains(TextGroup[i]))];
        return new(
            Embeddings.Media.Select(media), [.. media.Select(i => MediaGroup[i])],
            Embeddings.Texts.Select(texts), [.. texts.Select(i => TextGroup[i])], words is null ? null : [.. texts.Select(i => words[i])]);
    }
}
