namespace ContrastivePipeline.Tests.Evaluation;

/// <summary>Tiles and threads change no bit of a result, and the result is that of the definitions, ties included.</summary>
public sealed class TilingTests
{
    private static readonly Tiling[] Tilings = [new(4, 1), new(4, 2), new(8, 5), new(20, 3), new(64, -1), new(256, 2)];

    public static TheoryData<int> Seeds => [1, 2, 3];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Ranks_are_those_of_counting_every_pair(int seed)
    {
        var embeddings = Tied(seed);
        foreach (var ties in Enum.GetValues<TieRule>())
        {
            foreach (var tiling in Tilings)
            {
                var (result, _) = Similarities.Evaluate(embeddings, true, false, ties, tiling);
                Assert.Equal(
                    Ranks(embeddings.Media, embeddings.Texts, embeddings.Matches, ties), result!.MediaToText.Ranks);
                Assert.Equal(
                    Ranks(embeddings.Texts, embeddings.Media, (text, media) => embeddings.Matches(media, text), ties),
                    result.TextToMedia.Ranks);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Geometry_is_that_of_every_pair(int seed)
    {
        var embeddings = Tied(seed);
        var (media, texts) = (embeddings.Media, embeddings.Texts);
        var result = Geometry.Evaluate(embeddings);
        (int, int)[] across = [.. Pairs(media.Count, texts.Count).Where(pair => !embeddings.Matches(pair.Left, pair.Right))];
        Assert.Equal(LogMean(across, media, texts), result.UniformityAcross.Value, 1e-12);
        Assert.Equal(across.Average(pair => Dot(media[pair.Item1], texts[pair.Item2])), result.UnmatchedCosine.Value, 1e-12);
        (int, int)[] within = [.. Pairs(media.Count, media.Count).Where(pair => pair.Left < pair.Right)];
        Assert.Equal(LogMean(within, media, media), result.UniformityMedia.Value, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Neither_tiles_nor_threads_nor_company_change_a_bit(int seed)
    {
        var embeddings = Tied(seed);
        var (ranks, geometry) = Similarities.Evaluate(embeddings, true, true);
        foreach (var tiling in Tilings)
        {
            var (retrievalAlone, _) = Similarities.Evaluate(embeddings, true, false, TieRule.Pessimistic, tiling);
            var (_, geometryAlone) = Similarities.Evaluate(embeddings, false, true, TieRule.Pessimistic, tiling);
            var both = Similarities.Evaluate(embeddings, true, true, TieRule.Pessimistic, tiling);
            foreach (var result in new[] { retrievalAlone!, both.Retrieval! })
            {
                Assert.Equal(ranks!.TextToMedia.Ranks, result.TextToMedia.Ranks);
                Assert.Equal(ranks.TextToMedia.AveragePrecisions, result.TextToMedia.AveragePrecisions);
                Assert.Equal(ranks.MediaToText.Ranks, result.MediaToText.Ranks);
                Assert.Equal(ranks.MediaToText.AveragePrecisions, result.MediaToText.AveragePrecisions);
            }

            foreach (var result in new[] { geometryAlone!, both.Geometry! })
            {
                Assert.Equal(Bits(geometry!), Bits(result));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Classes_are_those_of_the_table_of_cosines(int seed)
    {
        // Classes 3 and 90 are the same, and so are 7 and 8: they tie.
        int[] rows = [.. Enumerable.Range(0, 100).Select(label => label switch { 90 => 3, 8 => 7, _ => label })];
        var classifier = new ZeroShotClassifier(Matrices.Random(100, 19, seed).Select(rows), 1);
        var media = Matrices.Random(130, 19, seed + 10);
        int[] labels = [.. Enumerable.Range(0, 130).Select(row => row < 20 ? new[] { 3, 90, 7, 8 }[row % 4] : row % 100)];
        double[] cosines = classifier.Cosines(media);
        foreach (var tiling in Tilings)
        {
            var result = classifier.Evaluate(media, labels, tiling);
            for (int row = 0; row < media.Count; row++)
            {
                double[] scores = cosines[(row * 100)..((row + 1) * 100)];
                int right = labels[row];
                Assert.Equal(Enumerable.Range(0, 100).Count(label => label != right && scores[label] >= scores[right]), result.Ranks[row]);
                double best = scores.Max();
                int[] first = [.. Enumerable.Range(0, 100).Where(label => scores[label] == best)];
                // Of equal ones the first that is wrong.
                Assert.Equal(first.Append(right).First(label => label != right || first.Length == 1), result.Predictions[row]);
            }
        }
    }

    /// <summary>Rows of few different values, so that many products are equal; some texts have the same words.</summary>
    private static MatchedEmbeddings Tied(int seed)
    {
        var random = new Random(seed);
        var different = Matrices.Random(15, 11, seed);
        EmbeddingMatrix Rows(int count) => different.Select([.. Enumerable.Range(0, count).Select(_ => random.Next(15))]);
        int[] mediaGroup = [.. Enumerable.Range(0, 83).Select(i => i % 29)], textGroup = [.. Enumerable.Range(0, 150).Select(i => i % 29)];
        int[] words = [.. Enumerable.Range(0, 150).Select(i => random.Next(6) == 0 ? random.Next(9) : 1_000 + i)];
        return new(Rows(83), mediaGroup, Rows(150), textGroup, words);
    }

    private static int[] Ranks(EmbeddingMatrix queries, EmbeddingMatrix items, Func<int, int, bool> matches, TieRule ties) =>
    [
        .. Enumerable.Range(0, queries.Count).Select(query =>
        {
            double Score(int item) => DotProducts.Of(queries[query], items[item]);
            var all = Enumerable.Range(0, items.Count).ToArray();
            double best = all.Where(item => matches(query, item)).Max(Score);
            return all.Count(item => !matches(query, item) && (ties == TieRule.Pessimistic ? Score(item) >= best : Score(item) > best));
        }),
    ];

    private static IEnumerable<(int Left, int Right)> Pairs(int left, int right) =>
        Enumerable.Range(0, left).SelectMany(_ => Enumerable.Range(0, right), (i, j) => (i, j));

    private static double LogMean((int Left, int Right)[] pairs, EmbeddingMatrix left, EmbeddingMatrix right) =>
        Math.Log(pairs.Average(pair => Math.Exp(-2 * Enumerable.Range(0, left.Dimension).Sum(
            i => Math.Pow((double)left[pair.Left][i] - right[pair.Right][i], 2)))));

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }
        return sum;
    }

    private static long[] Bits(GeometryResult result) =>
    [
        .. result.ByMetric().SelectMany(one => one.Estimate.LeaveOneOut!.Without.Prepend(one.Estimate.Value))
            .Select(BitConverter.DoubleToInt64Bits),
    ];
}
