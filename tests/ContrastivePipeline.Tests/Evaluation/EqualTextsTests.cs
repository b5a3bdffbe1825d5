namespace ContrastivePipeline.Tests.Evaluation;

/// <summary>Texts of the same words that describe different media.</summary>
public sealed class EqualTextsTests
{
    // Image 0 and image 1 are both "a dog"; image 1 is "a brown animal" too; image 2 is "a cat".
    private static readonly MatchedEmbeddings Dogs = new(
        Matrices.Of([1, 0], [0.6f, 0.8f], [0, 1]), [0, 1, 2],
        Matrices.Of([1, 0], [1, 0], [0.8f, 0.6f], [0.6f, 0.8f]), [0, 1, 1, 2], [7, 7, 8, 9]);

    [Fact]
    public void A_text_matches_every_media_item_that_has_it()
    {
        bool[][] expected = [[true, true, false, false], [true, true, true, false], [false, false, false, true]];
        for (int media = 0; media < 3; media++)
        {
            for (int text = 0; text < 4; text++)
                Assert.Equal(expected[media][text], Dogs.Matches(media, text));
        }
    }

    [Fact]
    public void Equal_texts_are_right_answers_and_no_ties()
    {
        var result = Retrieval.Evaluate(Dogs);
        // "a dog" finds image 0 first for either image; by groups alone, the second would find a wrong one first.
        Assert.Equal([0, 0, 0, 1], result.TextToMedia.Ranks);
        // Image 1 has (0.6, 0.6, 0.96, 1): the cat comes first, all three of its own next.
        Assert.Equal([0, 1, 0], result.MediaToText.Ranks);
        Assert.Equal(((1 / 2.0) + (2 / 3.0) + (3 / 4.0)) / 3, result.MediaToText.AveragePrecisions[1], 1e-12);
    }

    [Fact]
    public void Retrieval_is_that_of_sorting_with_the_definition_of_a_match()
    {
        var random = new Random(5);
        int[] mediaGroup = [.. Enumerable.Range(0, 90).Select(i => i % 40)], textGroup = [.. Enumerable.Range(0, 300).Select(i => i % 40)];
        int[] words = [.. Enumerable.Range(0, 300).Select(i => random.Next(4) == 0 ? random.Next(20) : 1_000 + i)];
        var embeddings = new MatchedEmbeddings(
            Matrices.Random(90, 9, seed: 1), mediaGroup, Matrices.Random(300, 9, seed: 2), textGroup, words);
        var owners = Enumerable.Range(0, 300).ToLookup(text => words[text], text => textGroup[text]);
        bool IsMatch(int media, int text) => owners[words[text]].Contains(mediaGroup[media]);

        var result = Retrieval.Evaluate(embeddings);
        for (int media = 0; media < 90; media++)
        {
            bool[] sorted = [.. Enumerable.Range(0, 300)
                .OrderByDescending(text => Enumerable.Range(0, 9).Sum(i => (double)embeddings.Media[media][i] * embeddings.Texts[text][i]))
                .Select(text => IsMatch(media, text))];
            Assert.Equal(Array.IndexOf(sorted, true), result.MediaToText.Ranks[media]);
            double precision = Enumerable.Range(0, 10).Where(place => sorted[place]).Sum(
                place => sorted.Take(place + 1).Count(match => match) / (place + 1.0));
            Assert.Equal(
                precision / Math.Min(10, sorted.Count(match => match)), result.MediaToText.AveragePrecisions[media], 1e-12);
        }
        for (int text = 0; text < 300; text++)
        {
            bool[] sorted = [.. Enumerable.Range(0, 90)
                .OrderByDescending(media => Enumerable.Range(0, 9).Sum(i => (double)embeddings.Media[media][i] * embeddings.Texts[text][i]))
                .Select(media => IsMatch(media, text))];
            Assert.Equal(Array.IndexOf(sorted, true), result.TextToMedia.Ranks[text]);
        }
    }

    [Fact]
    public void Uniformity_counts_a_text_once_and_pairs_across_must_not_match()
    {
        var result = Geometry.Evaluate(Dogs);
        Assert.Equal((3, Geometry.Uniformity(Dogs.Texts.Select([0, 2, 3]))), (result.UniformityText.N, result.UniformityText.Value));
        Assert.Equal(("uniformity-within/2", "uniformity-within/1"), (result.UniformityText.Formula, result.UniformityMedia.Formula));
        // Pairs that do not match: image 0 with texts 2, 3; image 1 with text 3; image 2 with texts 0, 1, 2.
        Assert.Equal((0.8 + 0.6 + 1 + 0 + 0 + 0.6) / 6, result.UnmatchedCosine.Value, 1e-7);
        // The dataset's own pairs are as they were.
        Assert.Equal((1 + 0.6 + 0.96 + 0.8) / 4, result.MatchedCosine.Value, 1e-7);
        var sample = SimilaritySample.Of(Dogs);
        Assert.Equal((6, 6), (sample.Matched.Sum(), sample.Unmatched.Sum()));
    }

    [Fact]
    public void Where_all_texts_are_equal_nothing_can_be_told_apart()
    {
        var result = Geometry.Evaluate(new(Matrices.Of([1, 0], [0, 1]), [0, 1], Matrices.Of([1, 0], [1, 0]), [0, 1], [3, 3]));
        Assert.All([result.UniformityText, result.UniformityAcross, result.UnmatchedCosine], value => Assert.False(value.IsDefined));
        Assert.True(result.UniformityMedia.IsDefined);
    }

    [Fact]
    public void Groups_that_share_texts_are_one_cluster_however_long_the_chain()
    {
        // 0 and 1 share words, 1 and 2 share others, 4 and 5 share a third; 3 is alone.
        var media = Matrices.Random(6, 3, seed: 1);
        var embeddings = new MatchedEmbeddings(
            media, [0, 1, 2, 3, 4, 5], Matrices.Random(10, 3, seed: 2), [0, 1, 1, 2, 3, 4, 5, 5, 2, 0], [1, 1, 2, 2, 3, 4, 4, 5, 6, 7]);
        int[] cluster = embeddings.MediaCluster;
        Assert.Equal([0, 0, 0, 1, 2, 2], Array.ConvertAll(cluster, c => cluster.Distinct().ToList().IndexOf(c)));
        Assert.Equal(embeddings.TextGroup.Select(group => cluster[group]), embeddings.TextCluster);
    }

    [Fact]
    public void Words_of_too_few_texts_are_refused() =>
        Assert.Throws<ArgumentException>(() => new MatchedEmbeddings(Dogs.Media, [0, 1, 2], Dogs.Texts, [0, 1, 1, 2], [1]));

    [Fact]
    public void Earlier_versions_of_formulas_stay_readable() =>
        Assert.All(
            ["recall-at-k/1", "median-rank/1", "mean-rank/1", "map-at-10/1", "uniformity-within/1", "uniformity-across-unmatched/1",
                "unmatched-cosine/1"],
            formula => Assert.NotEqual(FormulaCatalogue.Find(formula[..^1] + "2"), FormulaCatalogue.Find(formula)!));
}
