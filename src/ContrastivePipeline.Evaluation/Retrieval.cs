namespace ContrastivePipeline.Evaluation;

/// <summary>Retrieval in both directions by the Karpathy protocol, for any number of media and texts per group: a query's rank is the
/// number of items that do not match it and score above its best match. Scores are dot products.</summary>
/// <remarks>Each query has exactly one rank. A script that allocates ranks for more queries than it fills counts the remaining zeros as
/// hits; so CyCLIP's published script reports a text retrieval of 80 % for random embeddings.</remarks>
public static class Retrieval
{
    /// <summary>Ranks every media item against all texts and every text against all media.</summary>
    /// <param name="embeddings">[media, d] and [texts, d]; memory grows with media + texts, not with their product.</param>
    /// <param name="ties">The order of equal scores.</param>
    public static RetrievalResult Evaluate(MatchedEmbeddings embeddings, TieRule ties = TieRule.Pessimistic) =>
        Similarities.Evaluate(embeddings, retrieval: true, geometry: false, ties).Retrieval!;

    /// <inheritdoc cref="Evaluate(MatchedEmbeddings, TieRule)"/>
    /// <exception cref="ArgumentException">The embeddings are rejected by <see cref="MatchedEmbeddings"/>.</exception>
    public static RetrievalResult Evaluate(
        EmbeddingMatrix media, int[] mediaGroup, EmbeddingMatrix texts, int[] textGroup, TieRule ties = TieRule.Pessimistic) =>
        Evaluate(new(media, mediaGroup, texts, textGroup), ties);
}

/// <summary>The order of a wrong item that scores exactly as the right one does.</summary>
public enum TieRule
{
    /// <summary>It comes before the right one: ties count against the model, and a collapsed model scores nothing.</summary>
    Pessimistic,

    /// <summary>It comes after the right one.</summary>
    Optimistic,
}

/// <summary>Retrieval in both directions.</summary>
/// <param name="MediaToText">Queries are media: right when any of its texts is in the top k.</param>
/// <param name="TextToMedia">Queries are texts, items are the media, each once.</param>
public sealed record RetrievalResult(RetrievalDirection MediaToText, RetrievalDirection TextToMedia);

/// <summary>One direction of retrieval.</summary>
/// <param name="Ranks">For each query the 0-based rank of its best match, the other matches not counted.</param>
/// <param name="AveragePrecisions">For each query the mean over its matches of the precision at their positions up to 10; divided by the
/// number of matches, or by 10 where there are more (WavCaps' mAP10 for five captions).</param>
public sealed record RetrievalDirection(int[] Ranks, double[] AveragePrecisions)
{
    /// <summary>Queries.</summary>
    public int Count => Ranks.Length;

    /// <summary>The mean 1-based rank.</summary>
    public double MeanRank => Ranks.Average() + 1;

    /// <summary>The median 1-based rank; of an even number of queries the mean of the middle two.</summary>
    public double MedianRank
    {
        get
        {
            int[] sorted = [.. Ranks.Order()];
            int middle = sorted.Length / 2;
            return 1 + (sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0);
        }
    }

    /// <summary>mAP@10, a fraction.</summary>
    public double MeanAveragePrecision => AveragePrecisions.Average();

    /// <summary>Fraction of the queries with a match among the first <paramref name="k"/> items.</summary>
    public double RecallAt(int k) => Ranks.Count(rank => rank < k) / (double)Ranks.Length;

    /// <summary>1 for each query with a match among the first <paramref name="k"/> items, else 0: what a bootstrap resamples.</summary>
    public double[] HitsAt(int k) => Array.ConvertAll(Ranks, rank => rank < k ? 1.0 : 0.0);
}
