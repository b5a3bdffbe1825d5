namespace ContrastivePipeline.Evaluation;

/// <summary>Retrieval in both directions.</summary>
/// <param name="MediaToText">Queries are media: right when any of its texts is in the top k.</param>
/// <param name="TextToMedia">Queries are texts, items are the media, each once.</param>
public sealed record RetrievalResult(RetrievalDirection MediaToText, RetrievalDirection TextToMedia);

/// <summary>One direction of retrieval.</summary>
/// <param name="Ranks">For each query the 0-based rank of its best match, the other matches not counted.</param>
/// <param name="AveragePrecisions">
/// For each query the mean over its matches of the precision at their positions up to 10; divided by the number of matches,
/// or by 10 where there are more (WavCaps' mAP10 for five captions).
/// </param>
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
