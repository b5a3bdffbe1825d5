namespace ContrastivePipeline.Evaluation;

/// <summary>Sums over the pairs of a media item and a text that do not match, for each media item and each text; of many rows a side,
/// over a fixed subsample. Every sum runs in the order of the rows.</summary>
internal sealed class UnmatchedSums
{
    private readonly MatchedEmbeddings _embeddings;
    private readonly int[] _media, _texts, _mediaCluster, _textCluster, _mediaAt, _textAt;
    private readonly double[] _mediaSquared, _textSquared;

    // A pair within one cluster, of groups that share another text, is in the cluster's sums twice: _inside has it once more.
    private readonly Sums[] _byMedia, _byText, _inside;

    /// <param name="ofSample">Whether the tiles are of <see cref="Media"/> and <see cref="Texts"/>; else of all rows.</param>
    public UnmatchedSums(MatchedEmbeddings embeddings, bool ofSample)
    {
        _embeddings = embeddings;
        _media = Subsample.Rows(embeddings.Media.Count, Geometry.LargestSet);
        _texts = Subsample.Rows(embeddings.Texts.Count, Geometry.LargestSet);
        int[] mediaCluster = embeddings.MediaCluster, textCluster = embeddings.TextCluster;
        _mediaCluster = Array.ConvertAll(_media, row => mediaCluster[row]);
        _textCluster = Array.ConvertAll(_texts, row => textCluster[row]);
        (Media, Texts) = (embeddings.Media.Select(_media), embeddings.Texts.Select(_texts));
        (_mediaSquared, _textSquared) = (PairSums.Squared(Media), PairSums.Squared(Texts));
        _mediaAt = Positions(ofSample ? [.. Enumerable.Range(0, _media.Length)] : _media, embeddings.Media.Count);
        _textAt = Positions(ofSample ? [.. Enumerable.Range(0, _texts.Length)] : _texts, embeddings.Texts.Count);
        (_byMedia, _byText, _inside) = (new Sums[_media.Length], new Sums[_texts.Length], new Sums[_media.Length]);
    }

    /// <summary>The subsample's media.</summary>
    public EmbeddingMatrix Media { get; }

    /// <summary>The subsample's texts.</summary>
    public EmbeddingMatrix Texts { get; }

    /// <summary>Adds the pairs of a tile.</summary>
    public void Add(Tile tile)
    {
        for (int i = 0; i < tile.LeftCount; i++)
        {
            int media = _mediaAt[tile.LeftStart + i];
            if (media < 0)
                continue;
            var products = tile[i];
            var (sums, inside) = (_byMedia[media], _inside[media]);
            for (int j = 0; j < products.Length; j++)
            {
                int text = _textAt[tile.RightStart + j];
                if (text < 0)
                    continue;
                // What matches is of one cluster.
                bool isInside = _mediaCluster[media] == _textCluster[text];
                if (isInside && _embeddings.Matches(_media[media], _texts[text]))
                    continue;
                double kernel = PairSums.Gaussian(2, _mediaSquared[media], _textSquared[text], products[j]);
                sums = sums.With(kernel, products[j]);
                _byText[text] = _byText[text].With(kernel, products[j]);
                if (isInside)
                    inside = inside.With(kernel, products[j]);
            }

            (_byMedia[media], _inside[media]) = (sums, inside);
        }
    }

    /// <summary>log E exp(−2‖I − T‖²) and the mean cosine, when all tiles were added; null where every media item matches every
    /// text.</summary>
    public (LeaveOneOut? Uniformity, LeaveOneOut? Cosine) LeaveOneOut()
    {
        long count = _byMedia.Sum(sums => sums.Pairs);
        if (count == 0)
            return (null, null);
        var clusters = new Clusters([.. _mediaCluster, .. _textCluster]);
        double[] pairs = Touched(sums => sums.Pairs);
        return (Without(sums => sums.Kernel, Math.Log), Without(sums => sums.Product, mean => mean));

        double[] Touched(Func<Sums, double> value) => clusters.Sums(
            [.. _byMedia.Zip(_inside, (sums, inside) => value(sums) - value(inside)), .. _byText.Select(value)]);

        LeaveOneOut Without(Func<Sums, double> value, Func<double, double> ofMean)
        {
            double sum = _byMedia.Sum(value);
            return new(
                ofMean(sum / count),
                [.. Touched(value).Zip(
                    pairs, (own, ownPairs) => ownPairs == count ? double.NaN : ofMean((sum - own) / (count - ownPairs)))],
                clusters.Sizes);
        }
    }

    private static int[] Positions(int[] sample, int count)
    {
        int[] positions = new int[count];
        Array.Fill(positions, -1);
        for (int i = 0; i < sample.Length; i++)
            positions[sample[i]] = i;
        return positions;
    }

    private readonly record struct Sums(double Kernel, double Product, long Pairs)
    {
        public Sums With(double kernel, double product) => new(Kernel + kernel, Product + product, Pairs + 1);
    }
}
