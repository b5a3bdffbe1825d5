namespace ContrastivePipeline.Evaluation;

/// <summary>Everything that compares all media with all texts, from one pass over their similarities.</summary>
public static class Similarities
{
    /// <summary>Measures retrieval, geometry or both. Memory grows with media + texts, not with their product.</summary>
    /// <param name="embeddings">[media, d] and [texts, d]; unit rows for geometry.</param>
    /// <param name="ties">The order of equal scores.</param>
    /// <exception cref="ArgumentException">Geometry is asked for and a row is not of length 1.</exception>
    public static (RetrievalResult? Retrieval, GeometryResult? Geometry) Evaluate(
        MatchedEmbeddings embeddings, bool retrieval, bool geometry, TieRule ties = TieRule.Pessimistic) =>
        Evaluate(embeddings, retrieval, geometry, ties, null);

    internal static (RetrievalResult? Retrieval, GeometryResult? Geometry) Evaluate(
        MatchedEmbeddings embeddings, bool retrieval, bool geometry, TieRule ties, Tiling? tiling)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        if (geometry)
            Geometry.CheckUnit(embeddings);
        var (media, texts) = (embeddings.Media, embeddings.Texts);
        var sums = geometry ? new UnmatchedSums(embeddings, ofSample: !retrieval) : null;
        RetrievalResult? ranks = null;
        if (retrieval)
        {
            var byMedia = new RankCounter(media, texts, embeddings.TextsOf, ties);
            var byText = new RankCounter(texts, media, embeddings.MediaOf, ties);
            DotProducts.Visit(media.Rows, texts.Rows, tile =>
            {
                for (int i = 0; i < tile.LeftCount; i++)
                {
                    var scores = tile[i];
                    for (int j = 0; j < scores.Length; j++)
                    {
                        byMedia.Add(tile.LeftStart + i, scores[j]);
                        byText.Add(tile.RightStart + j, scores[j]);
                    }
                }

                sums?.Add(tile);
            }, tiling);
            ranks = new(byMedia.Direction(), byText.Direction());
        }
        else if (sums is not null)
        {
            DotProducts.Visit(sums.Media.Rows, sums.Texts.Rows, sums.Add, tiling);
        }

        return (ranks, sums is null ? null : Geometry.Of(embeddings, sums, tiling));
    }
}
