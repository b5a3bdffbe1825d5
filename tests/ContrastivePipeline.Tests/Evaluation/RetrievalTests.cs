namespace ContrastivePipeline.Tests.Evaluation;

public sealed class RetrievalTests
{
    [Fact]
    public void Perfect_embeddings_are_always_right()
    {
        var media = Matrices.Random(50, 16, seed: 1);
        int[] mediaGroup = [.. Enumerable.Range(0, 50)];
        int[] textGroup = [.. Enumerable.Range(0, 150).Select(text => text / 3)];
        var result = Retrieval.Evaluate(media, mediaGroup, media.Select(textGroup), textGroup);
        foreach (var direction in new[] { result.MediaToText, result.TextToMedia })
        {
            Assert.Equal(1, direction.RecallAt(1));
            Assert.Equal(1, direction.MedianRank);
            Assert.Equal(1, direction.MeanAveragePrecision, 1e-12);
        }
    }

    [Fact]
    public void Random_embeddings_reach_k_of_n_and_no_floor()
    {
        // CyCLIP's published script reports 80 % for the text retrieval of such embeddings.
        const int images = 1_000, captions = 5;
        int[] textGroup = [.. Enumerable.Range(0, images * captions).Select(text => text / captions)];
        var result = Retrieval.Evaluate(
            Matrices.Random(images, 32, seed: 2), [.. Enumerable.Range(0, images)],
            Matrices.Random(images * captions, 32, seed: 3), textGroup);
        // Five standard errors of a binomial share about the expectation.
        Around(10.0 / images, result.TextToMedia.RecallAt(10), images * captions);
        // Of 5,000 captions five are right: the best is among ten with 1 − C(4990, 5) / C(5000, 5) = 0.00996.
        Around(0.00996, result.MediaToText.RecallAt(10), images);
        Assert.InRange(result.TextToMedia.MedianRank, 450, 550);

        static void Around(double expected, double actual, int count)
        {
            double error = Math.Sqrt(expected * (1 - expected) / count);
            Assert.InRange(actual, expected - 5 * error, expected + 5 * error);
        }
    }

    [Fact]
    public void The_order_of_rows_does_not_matter()
    {
        int[] mediaGroup = [.. Enumerable.Range(0, 60).Select(mediaItem => mediaItem % 20)];
        int[] textGroup = [.. Enumerable.Range(0, 40).Select(text => text % 20)];
        var (media, texts) = (Matrices.Random(60, 9, seed: 4), Matrices.Random(40, 9, seed: 5));
        int[] order = [.. Enumerable.Range(0, 60)];
        new Random(6).Shuffle(order);
        var straight = Retrieval.Evaluate(media, mediaGroup, texts, textGroup);
        var shuffled = Retrieval.Evaluate(media.Select(order), Array.ConvertAll(order, row => mediaGroup[row]), texts, textGroup);
        Assert.Equal(straight.TextToMedia.Ranks, shuffled.TextToMedia.Ranks);
        Assert.Equal(Array.ConvertAll(order, row => straight.MediaToText.Ranks[row]), shuffled.MediaToText.Ranks);
        Assert.Equal(straight.TextToMedia.MeanAveragePrecision, shuffled.TextToMedia.MeanAveragePrecision, 1e-12);
    }

    [Fact]
    public void Ranks_are_those_of_sorting_the_whole_matrix()
    {
        // More rows than a block holds on either side, and a dimension that fills no lane.
        int[] mediaGroup = [.. Enumerable.Range(0, 70).Select(mediaItem => mediaItem / 2)];
        int[] textGroup = [.. Enumerable.Range(0, 630).Select(text => text % 35)];
        var (media, texts) = (Matrices.Random(70, 13, seed: 7), Matrices.Random(630, 13, seed: 8));
        var result = Retrieval.Evaluate(media, mediaGroup, texts, textGroup);
        for (int mediaItem = 0; mediaItem < 70; mediaItem++)
        {
            bool[] matches = [.. Enumerable.Range(0, 630)
                .OrderByDescending(text => Enumerable.Range(0, 13).Sum(i => (double)media[mediaItem][i] * texts[text][i]))
                .Select(text => textGroup[text] == mediaGroup[mediaItem])];
            Assert.Equal(Array.IndexOf(matches, true), result.MediaToText.Ranks[mediaItem]);
            double precision = Enumerable.Range(0, 10).Where(place => matches[place])
                .Sum(place => matches.Take(place + 1).Count(match => match) / (place + 1.0));
            Assert.Equal(precision / 10, result.MediaToText.AveragePrecisions[mediaItem], 1e-12);
        }
    }

    [Fact]
    public void A_collapsed_model_scores_nothing()
    {
        var same = Matrices.Of([.. Enumerable.Repeat(new[] { 0.6f, 0.8f }, 30)]);
        int[] groups = [.. Enumerable.Range(0, 30)];
        Assert.Equal(0, Retrieval.Evaluate(same, groups, same, groups).TextToMedia.RecallAt(10));
        Assert.Equal(1, Retrieval.Evaluate(same, groups, same, groups, TieRule.Optimistic).TextToMedia.RecallAt(1));
    }

    [Fact]
    public void Equal_rows_tie_to_the_last_bit_wherever_they_lie()
    {
        // 300 copies of one text in several blocks: every one of them ties with the right one.
        int[] groups = [.. Enumerable.Range(0, 300)];
        var texts = Matrices.Random(1, 37, seed: 9).Select(new int[300]);
        var result = Retrieval.Evaluate(Matrices.Random(300, 37, seed: 10), groups, texts, groups);
        Assert.All(result.MediaToText.Ranks, rank => Assert.Equal(299, rank));
    }

    [Fact]
    public void Bad_input_is_reported()
    {
        var good = Matrices.Of([1, 0], [0, 1]);
        AssertRefused("Row 1 of the media embeddings holds NaN", Matrices.Of([1, 0], [float.NaN, 1]), [0, 1], good, [0, 1]);
        AssertRefused("Row 0 of the text embeddings holds NaN", good, [0, 1], Matrices.Of([float.PositiveInfinity, 0], [0, 1]), [0, 1]);
        AssertRefused("2 columns and the text embeddings 3", good, [0, 1], Matrices.Of([1, 0, 0], [0, 1, 0]), [0, 1]);
        AssertRefused("There are no media embeddings: 0 rows of 2", new([], 0, 2), [], good, [0, 1]);
        AssertRefused("1 groups for 2 rows", good, [0], good, [0, 1]);
        AssertRefused("No text belongs to the media item of row 1 (group 7)", good, [0, 7], good, [0, 0]);
        AssertRefused("No media item belongs to the text of row 0 (group 5)", good, [1, 1], good, [5, 1]);

        static void AssertRefused(string expected, EmbeddingMatrix media, int[] mediaGroup, EmbeddingMatrix texts, int[] textGroup) =>
            Assert.Contains(
                expected, Assert.Throws<ArgumentException>(() => Retrieval.Evaluate(media, mediaGroup, texts, textGroup)).Message);
    }

    [Fact]
    public void Neighbours_are_the_best_items_in_order()
    {
        var (queries, items) = (Matrices.Random(40, 11, seed: 11), Matrices.Random(600, 11, seed: 12));
        var found = NearestNeighbours.Find(queries, items, 7);
        for (int query = 0; query < 40; query++)
        {
            int[] expected = [.. Enumerable.Range(0, 600)
                .OrderByDescending(item => Enumerable.Range(0, 11).Sum(i => (double)queries[query][i] * items[item][i])).Take(7)];
            Assert.Equal(expected, found[query].Select(neighbour => neighbour.Item));
        }

        Assert.Equal([0, 1],
            NearestNeighbours.Find(Matrices.Of([1f, 0f]), Matrices.Of([2f, 0f], [2f, 1f]), 5)[0].Select(neighbour => neighbour.Item));
    }
}
