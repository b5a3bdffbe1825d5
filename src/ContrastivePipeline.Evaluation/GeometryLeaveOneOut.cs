namespace ContrastivePipeline.Evaluation;

/// <summary>The values of <see cref="Geometry"/> and what they are without each cluster of media and texts: exactly, from sums over rows,
/// not by a linear approximation. Rows must have length 1.</summary>
public static class GeometryLeaveOneOut
{
    private static readonly PairSums.Kernel Gaussian = PairSums.Gaussian(2);

    /// <summary>E‖I − T‖² over matched pairs.</summary>
    public static LeaveOneOut Alignment(MatchedEmbeddings embeddings) =>
        OfPairs(embeddings, Geometry.AlignmentByPair(embeddings));

    /// <summary>Mean cosine of matched pairs.</summary>
    public static LeaveOneOut MatchedCosine(MatchedEmbeddings embeddings) => OfPairs(
        embeddings,
        [.. embeddings.Pairs().Select(pair => DotProducts.Of(embeddings.Media[pair.Media], embeddings.Texts[pair.Text]))]);

    /// <summary>Uniformity of the texts, each once.</summary>
    /// <param name="embeddings">Unit rows, at least two different texts.</param>
    public static LeaveOneOut TextUniformity(MatchedEmbeddings embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        int[] texts = embeddings.DistinctTexts, cluster = embeddings.TextCluster;
        return Uniformity(embeddings.Texts.Select(texts), [.. texts.Select(text => cluster[text])]);
    }

    /// <summary>Uniformity of one set: without a cluster, over the pairs of all other rows.</summary>
    /// <param name="set">At least two unit rows.</param>
    /// <param name="clusterOf">Cluster of each row; pairs within a cluster count as in <see cref="Geometry.Uniformity"/>.</param>
    public static LeaveOneOut Uniformity(EmbeddingMatrix set, IReadOnlyList<int> clusterOf)
    {
        ArgumentNullException.ThrowIfNull(clusterOf);
        Check.Finite(set, "embeddings");
        Check.Unit(set, "embeddings");
        int[] kept = Subsample.Rows(set.Count, Geometry.LargestSet);
        var (rows, clusters) = (set.Select(kept), new Clusters([.. kept.Select(row => clusterOf[row])]));
        double[] sums = [.. PairSums.ByRow(rows, rows, (left, right) => left != right, Gaussian).Select(row => row.Kernel)];
        double all = sums.Sum();
        double[] touched = [.. clusters.Sums(sums).Zip(clusters.Items, (sum, items) => (2 * sum) - Within(rows, [.. items]))];
        return new(
            LogMean(all, kept.Length),
            [.. touched.Zip(clusters.Sizes, (sum, size) => kept.Length - size < 2 ? double.NaN : LogMean(all - sum, kept.Length - size))],
            clusters.Sizes);

        static double LogMean(double sum, double rows) => Math.Log(sum / (rows * (rows - 1)));
    }

    /// <summary>Uniformity and mean cosine over pairs of a media item and a text that do not match.</summary>
    /// <param name="embeddings">Unit rows with a pair that does not match.</param>
    public static (LeaveOneOut Uniformity, LeaveOneOut Cosine) Unmatched(MatchedEmbeddings embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        int[] mediaRows = Subsample.Rows(embeddings.Media.Count, Geometry.LargestSet);
        int[] textRows = Subsample.Rows(embeddings.Texts.Count, Geometry.LargestSet);
        var (media, texts) = (embeddings.Media.Select(mediaRows), embeddings.Texts.Select(textRows));
        int[] mediaCluster = embeddings.MediaCluster, textCluster = embeddings.TextCluster;
        bool IsUnmatched(int mediaItem, int text) => !embeddings.Matches(mediaRows[mediaItem], textRows[text]);
        var byMedia = PairSums.ByRow(media, texts, IsUnmatched, Gaussian);
        var byText = PairSums.ByRow(texts, media, (text, mediaItem) => IsUnmatched(mediaItem, text), Gaussian);
        // A pair within one cluster, of groups that share another text, is in its sums twice.
        var twice = mediaCluster.SequenceEqual(embeddings.MediaGroup) ? new PairSums.RowSums[media.Count] : PairSums.ByRow(
            media, texts, (m, t) => mediaCluster[mediaRows[m]] == textCluster[textRows[t]] && IsUnmatched(m, t), Gaussian);

        var clusters = new Clusters([.. mediaRows.Select(row => mediaCluster[row]), .. textRows.Select(row => textCluster[row])]);
        double[] pairs = Touched(row => row.Pairs);
        return (Without(row => row.Kernel, Math.Log), Without(row => row.Product, mean => mean));

        double[] Touched(Func<PairSums.RowSums, double> value) =>
            clusters.Sums([.. byMedia.Zip(twice, (row, inside) => value(row) - value(inside)), .. byText.Select(value)]);

        LeaveOneOut Without(Func<PairSums.RowSums, double> value, Func<double, double> ofMean)
        {
            double[] sums = Touched(value);
            double sum = byMedia.Sum(value), count = byMedia.Sum(row => (double)row.Pairs);
            return new(
                ofMean(sum / count),
                [.. sums.Zip(pairs, (own, ownPairs) => ownPairs == count ? double.NaN : ofMean((sum - own) / (count - ownPairs)))],
                clusters.Sizes);
        }
    }

    /// <summary>‖mean I − mean T‖.</summary>
    public static LeaveOneOut CentroidGap(MatchedEmbeddings embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        var (media, texts) = (embeddings.Media, embeddings.Texts);
        var clusters = new Clusters([.. embeddings.MediaCluster, .. embeddings.TextCluster]);
        double[] mediaCentroid = Geometry.Centroid(media), textCentroid = Geometry.Centroid(texts);
        var without = clusters.Items.Select(items =>
        {
            int[] ownMedia = [.. items.Where(item => item < media.Count)];
            int[] ownTexts = [.. items.Where(item => item >= media.Count).Select(item => item - media.Count)];
            return ownMedia.Length == media.Count || ownTexts.Length == texts.Count
                ? double.NaN
                : Distance(Rest(mediaCentroid, media, ownMedia), Rest(textCentroid, texts, ownTexts));
        });
        return new(Distance(mediaCentroid, textCentroid), [.. without], clusters.Sizes);
    }

    private static LeaveOneOut OfPairs(MatchedEmbeddings embeddings, double[] values)
    {
        int[] cluster = embeddings.MediaCluster;
        return LeaveOneOut.OfMean(values, new Clusters([.. embeddings.Pairs().Select(pair => cluster[pair.Media])]));
    }

    // Over ordered pairs of different rows.
    private static double Within(EmbeddingMatrix set, int[] rows)
    {
        double[] squared = Array.ConvertAll(rows, row => DotProducts.Of(set[row], set[row]));
        double sum = 0;
        for (int i = 1; i < rows.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                sum += 2 * Gaussian(squared[i], squared[j], DotProducts.Of(set[rows[i]], set[rows[j]]));
            }
        }

        return sum;
    }

    // The centroid of all rows but these.
    private static double[] Rest(double[] centroid, EmbeddingMatrix set, int[] rows)
    {
        double[] sums = Array.ConvertAll(centroid, value => value * set.Count);
        foreach (int row in rows)
        {
            for (int i = 0; i < sums.Length; i++)
                sums[i] -= set[row][i];
        }

        return Array.ConvertAll(sums, sum => sum / (set.Count - rows.Length));
    }

    private static double Distance(double[] x, double[] y) => Math.Sqrt(x.Zip(y, (a, b) => (a - b) * (a - b)).Sum());
}
