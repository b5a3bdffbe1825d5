namespace ContrastivePipeline.Evaluation;

/// <summary>The values of <see cref="Geometry"/> and what they are without each cluster of media and texts: exactly, from sums over rows,
/// not by a linear approximation. Rows must have length 1.</summary>
internal static class GeometryLeaveOneOut
{
    /// <summary>E‖I − T‖² over matched pairs.</summary>
    public static LeaveOneOut Alignment(MatchedEmbeddings embeddings) =>
        OfPairs(embeddings, Geometry.AlignmentByPair(embeddings));

    /// <summary>Mean cosine of matched pairs.</summary>
    public static LeaveOneOut MatchedCosine(MatchedEmbeddings embeddings) => OfPairs(
        embeddings,
        [.. embeddings.Pairs().Select(pair => DotProducts.Of(embeddings.Media[pair.Media], embeddings.Texts[pair.Text]))]);

    /// <summary>Uniformity of one set: without a cluster, over the pairs of all other rows.</summary>
    /// <param name="set">At least two unit rows.</param>
    /// <param name="clusterOf">Cluster of each row; pairs within a cluster count as in <see cref="Geometry.Uniformity"/>.</param>
    public static LeaveOneOut Uniformity(EmbeddingMatrix set, IReadOnlyList<int> clusterOf, Tiling? tiling = null)
    {
        int[] kept = Subsample.Rows(set.Count, Geometry.LargestSet);
        var (rows, clusters) = (set.Select(kept), new Clusters([.. kept.Select(row => clusterOf[row])]));
        var (after, sums) = PairSums.Within(rows, 2, tiling);
        double all = sums.Sum();
        double[] touched = [.. clusters.Sums(sums).Zip(clusters.Items, (sum, items) => (2 * sum) - Within(rows, [.. items]))];
        return new(
            Geometry.LogMean(after),
            [.. touched.Zip(clusters.Sizes, (sum, size) => kept.Length - size < 2 ? double.NaN : LogMean(all - sum, kept.Length - size))],
            clusters.Sizes);

        static double LogMean(double sum, double rows) => Math.Log(sum / (rows * (rows - 1)));
    }

    /// <summary>‖mean I − mean T‖.</summary>
    public static LeaveOneOut CentroidGap(MatchedEmbeddings embeddings)
    {
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
                sum += 2 * PairSums.Gaussian(2, squared[i], squared[j], DotProducts.Of(set[rows[i]], set[rows[j]]));
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
