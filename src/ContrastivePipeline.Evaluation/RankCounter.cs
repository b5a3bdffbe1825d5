namespace ContrastivePipeline.Evaluation;

/// <summary>One direction of retrieval: how many items that do not match a query lie above each of its best matches.</summary>
internal sealed class RankCounter
{
    /// <summary>Positions that average precision looks at.</summary>
    private const int PrecisionDepth = 10;

    private readonly TieRule _ties;
    private readonly int[] _matchCounts;

    // Of each query the scores of its best matches, highest first; how many items lie above each; and the last of the scores.
    private readonly double[][] _matches;
    private readonly int[][] _above;
    private readonly double[] _lowest;

    public RankCounter(EmbeddingMatrix queries, EmbeddingMatrix items, Func<int, int[]> matchesOf, TieRule ties)
    {
        _ties = ties;
        (_matchCounts, _matches, _above) = (new int[queries.Count], new double[queries.Count][], new int[queries.Count][]);
        _lowest = new double[queries.Count];
        Parallel.For(0, queries.Count, query =>
        {
            double[] scores = Array.ConvertAll(matchesOf(query), item => DotProducts.Of(queries[query], items[item]));
            _matchCounts[query] = scores.Length;
            _matches[query] = [.. scores.OrderDescending().Take(PrecisionDepth)];
            _lowest[query] = _matches[query][^1];
            _above[query] = new int[_matches[query].Length];
            // Every item is added below, so the matches are taken off first: their products are the same to the last bit.
            foreach (double score in scores)
                Add(query, score, -1);
        });
    }

    /// <summary>Counts an item of that score; each item once, matches among them.</summary>
    public void Add(int query, double score)
    {
        if (score >= _lowest[query])
            Add(query, score, 1);
    }

    /// <summary>The direction, when all items were counted.</summary>
    public RetrievalDirection Direction() => new(
        Array.ConvertAll(_above, counts => counts[0]),
        [.. _above.Select((counts, query) => AveragePrecision(counts, _matchCounts[query]))]);

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

    private void Add(int query, double score, int by)
    {
        double[] matches = _matches[query];
        int[] above = _above[query];
        for (int match = matches.Length - 1; match >= 0; match--)
        {
            if (score < matches[match] || (score == matches[match] && _ties == TieRule.Optimistic))
                return;
            above[match] += by;
        }
    }
}
