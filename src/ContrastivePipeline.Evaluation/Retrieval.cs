namespace ContrastivePipeline.Evaluation;

/// <summary>
/// Retrieval in both directions by the Karpathy protocol, for any number of media and texts a group: a query's rank is the
/// number of items of other groups that score above its best match. Scores are dot products.
/// </summary>
/// <remarks>
/// Only one rank a query is kept, and each query has one: a script that allots ranks to more queries than it fills counts the
/// unfilled zeros as hits, which is how CyCLIP's published text retrieval comes to 80 % for random embeddings.
/// </remarks>
public static class Retrieval
{
    /// <summary>Positions that average precision looks at.</summary>
    private const int PrecisionDepth = 10;

    /// <summary>Ranks every media item against all texts and every text against all media.</summary>
    /// <param name="embeddings">[media, d] and [texts, d]; memory grows with media + texts, not with their product.</param>
    /// <param name="ties">What equal scores count as.</param>
    public static RetrievalResult Evaluate(MatchedEmbeddings embeddings, TieRule ties = TieRule.Pessimistic)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        var (media, texts) = (embeddings.Media, embeddings.Texts);
        return new(
            Rank(media, embeddings.MediaGroup, texts, embeddings.TextGroup, ties),
            Rank(texts, embeddings.TextGroup, media, embeddings.MediaGroup, ties));
    }

    /// <inheritdoc cref="Evaluate(MatchedEmbeddings, TieRule)"/>
    /// <exception cref="ArgumentException">The embeddings are not as <see cref="MatchedEmbeddings"/> wants them.</exception>
    public static RetrievalResult Evaluate(
        EmbeddingMatrix media, int[] mediaGroup, EmbeddingMatrix texts, int[] textGroup, TieRule ties = TieRule.Pessimistic) =>
        Evaluate(new(media, mediaGroup, texts, textGroup), ties);

    private static RetrievalDirection Rank(
        EmbeddingMatrix queries, int[] queryGroup, EmbeddingMatrix items, int[] itemGroup, TieRule ties)
    {
        var matches = Enumerable.Range(0, items.Count).ToLookup(item => itemGroup[item]);
        int[] matchCount = Array.ConvertAll(queryGroup, group => matches[group].Count());
        // The scores of a query's best matches, highest first, and how many wrong items lie above each.
        double[][] thresholds = new double[queries.Count][];
        Parallel.For(0, queries.Count, query => thresholds[query] =
            [.. matches[queryGroup[query]]
                .Select(item => DotProducts.Of(queries[query], items[item]))
                .OrderDescending()
                .Take(PrecisionDepth)]);
        int[][] above = Array.ConvertAll(thresholds, scores => new int[scores.Length]);

        DotProducts.Visit(queries, items, (queryStart, queryCount, itemStart, itemCount, products) =>
        {
            for (int i = 0; i < queryCount; i++)
            {
                int query = queryStart + i;
                var wrong = products.Slice(i * itemCount, itemCount);
                for (int j = 0; j < itemCount; j++)
                {
                    if (itemGroup[itemStart + j] != queryGroup[query])
                        Count(wrong[j], thresholds[query], above[query], ties);
                }
            }
        });

        return new(
            Array.ConvertAll(above, counts => counts[0]),
            [.. above.Select((counts, query) => AveragePrecision(counts, matchCount[query]))]);
    }

    private static void Count(double score, double[] thresholds, int[] above, TieRule ties)
    {
        for (int match = thresholds.Length - 1; match >= 0; match--)
        {
            if (score < thresholds[match] || (score == thresholds[match] && ties == TieRule.Optimistic))
                return;
            above[match]++;
        }
    }

    private static double AveragePrecision(int[] above, int matches)
    {
        double sum = 0;
        for (int match = 0; match < above.Length; match++)
        {
            int position = match + 1 + above[match];
            if (position <= PrecisionDepth)
                sum += (match + 1.0) / position;
        }

        return sum / Math.Min(matches, PrecisionDepth);
    }
}
