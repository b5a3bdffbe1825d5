namespace ContrastivePipeline.Evaluation;

/// <summary>Histograms of the cosines of matched pairs and of all other pairs.</summary>
/// <param name="Edges">Edges of the bins from −1 to 1, one more than bins; a bin holds its lower edge, the last also its upper.</param>
/// <param name="Matched">Matched pairs in each bin.</param>
/// <param name="Unmatched">Pairs that do not match in each bin.</param>
public sealed record SimilaritySample(double[] Edges, long[] Matched, long[] Unmatched)
{
    /// <summary>Bins over [−1, 1], each 0.025 wide.</summary>
    public const int Bins = 80;

    /// <summary>Greatest number of rows per side; of larger sets a fixed subsample is used.</summary>
    public const int LargestSide = 4_000;

    /// <summary>Counts the cosines of all pairs of unit rows.</summary>
    /// <exception cref="ArgumentException">A row is not of length 1.</exception>
    public static SimilaritySample Of(MatchedEmbeddings embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        Check.Unit(embeddings.Media, "media embeddings");
        Check.Unit(embeddings.Texts, "text embeddings");
        int[] media = Subsample.Rows(embeddings.Media.Count, LargestSide);
        int[] texts = Subsample.Rows(embeddings.Texts.Count, LargestSide);
        long[] matched = new long[Bins], unmatched = new long[Bins];
        DotProducts.Visit(embeddings.Media.Select(media).Rows, embeddings.Texts.Select(texts).Rows, tile =>
        {
            // Counted per tile and then added: one interlocked addition per tile instead of one per pair.
            long[] matchedHere = new long[Bins], unmatchedHere = new long[Bins];
            for (int i = 0; i < tile.LeftCount; i++)
            {
                for (int j = 0; j < tile.RightCount; j++)
                {
                    bool match = embeddings.Matches(media[tile.LeftStart + i], texts[tile.RightStart + j]);
                    (match ? matchedHere : unmatchedHere)[Bin(tile[i][j])]++;
                }
            }

            for (int bin = 0; bin < Bins; bin++)
            {
                Interlocked.Add(ref matched[bin], matchedHere[bin]);
                Interlocked.Add(ref unmatched[bin], unmatchedHere[bin]);
            }
        });
        return new([.. Enumerable.Range(0, Bins + 1).Select(edge => -1 + 2.0 * edge / Bins)], matched, unmatched);
    }

    private static int Bin(double cosine) => Math.Clamp((int)Math.Floor((cosine + 1) / 2 * Bins), 0, Bins - 1);
}
