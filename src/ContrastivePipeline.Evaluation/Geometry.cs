namespace ContrastivePipeline.Evaluation;

/// <summary>Where embeddings lie on the unit sphere: alignment and uniformity (Wang and Isola, arXiv 2005.10242) within and across
/// modalities, and the modality gap. Rows must have length 1. All sums are in double precision and in a fixed order.</summary>
public static class Geometry
{
    /// <summary>Greatest number of rows per set in quadratic formulas; of larger sets a fixed subsample is used.</summary>
    public const int LargestSet = 10_000;

    /// <summary>All of the geometry that a report shows. A value that compares rows of one kind is undefined where there is only one.
    /// </summary>
    /// <exception cref="ArgumentException">Rows are not of length 1.</exception>
    public static GeometryResult Evaluate(MatchedEmbeddings embeddings) =>
        Similarities.Evaluate(embeddings, retrieval: false, geometry: true).Geometry!;

    /// <summary>E‖I − T‖^α over the pairs of one group.</summary>
    /// <param name="embeddings">Unit rows.</param>
    /// <param name="alpha">2 gives the squared distance, 1 the distance.</param>
    public static double Alignment(MatchedEmbeddings embeddings, double alpha = 2)
    {
        CheckUnit(embeddings);
        return embeddings.Pairs().Average(pair =>
        {
            double squared = SquaredDistance(embeddings.Media[pair.Media], embeddings.Texts[pair.Text]);
            return alpha == 2 ? squared : Math.Pow(squared, alpha / 2);
        });
    }

    /// <summary>log E exp(−t‖x − y‖²) over the unordered pairs of one set; lower is more uniform.</summary>
    /// <param name="set">At least two unit rows.</param>
    /// <param name="t">Sharpness of the Gaussian.</param>
    public static double Uniformity(EmbeddingMatrix set, double t = 2)
    {
        Check.Finite(set, "embeddings");
        Check.Unit(set, "embeddings");
        if (set.Count < 2)
            throw new ArgumentException("Uniformity needs at least two embeddings.", nameof(set));
        var rows = set.Count <= LargestSet ? set : set.Select(Subsample.Rows(set.Count, LargestSet));
        return LogMean(PairSums.Within(rows, t).After);
    }

    /// <summary>‖I − T‖² of every matched pair, by media item and then by text; their mean is <see cref="Alignment"/>.</summary>
    internal static double[] AlignmentByPair(MatchedEmbeddings embeddings)
    {
        CheckUnit(embeddings);
        return [.. embeddings.Pairs().Select(pair => SquaredDistance(embeddings.Media[pair.Media], embeddings.Texts[pair.Text]))];
    }

    /// <summary>The mean row, [d].</summary>
    public static double[] Centroid(EmbeddingMatrix set)
    {
        Check.Finite(set, "embeddings");
        double[] sums = new double[set.Dimension];
        for (int row = 0; row < set.Count; row++)
        {
            for (int i = 0; i < sums.Length; i++)
                sums[i] += set[row][i];
        }

        return Array.ConvertAll(sums, sum => sum / set.Count);
    }

    /// <param name="unmatched">With all tiles.</param>
    internal static GeometryResult Of(MatchedEmbeddings embeddings, UnmatchedSums unmatched, Tiling? tiling)
    {
        var (media, texts) = (embeddings.Media, embeddings.Texts);
        int mediaRows = Math.Min(media.Count, LargestSet), textRows = Math.Min(texts.Count, LargestSet);
        int[] distinct = embeddings.DistinctTexts, textCluster = embeddings.TextCluster;
        var alignment = GeometryLeaveOneOut.Alignment(embeddings);
        var (across, cosine) = unmatched.LeaveOneOut();
        int pairs = alignment.Sizes.Sum();
        return new(
            new(Formulas.AlignmentSquared, pairs, alignment),
            new(
                Formulas.UniformityOfDistinct, Math.Min(distinct.Length, LargestSet), distinct.Length < 2 ? null
                    : GeometryLeaveOneOut.Uniformity(texts.Select(distinct), [.. distinct.Select(text => textCluster[text])], tiling)),
            new(
                Formulas.Uniformity, mediaRows,
                mediaRows < 2 ? null : GeometryLeaveOneOut.Uniformity(media, embeddings.MediaCluster, tiling)),
            new(Formulas.UniformityAcross, Math.Max(mediaRows, textRows), across),
            new(Formulas.CentroidGap, media.Count + texts.Count, GeometryLeaveOneOut.CentroidGap(embeddings)),
            new(Formulas.MatchedCosine, pairs, GeometryLeaveOneOut.MatchedCosine(embeddings)),
            new(Formulas.UnmatchedCosine, Math.Max(mediaRows, textRows), cosine));
    }

    /// <summary>The logarithm of the mean over all unordered pairs of a set.</summary>
    /// <param name="after">Of each row the sum over the rows after it.</param>
    internal static double LogMean(double[] after) => Math.Log(after.Sum() / ((long)after.Length * (after.Length - 1) / 2));

    internal static void CheckUnit(MatchedEmbeddings embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        Check.Unit(embeddings.Media, "media embeddings");
        Check.Unit(embeddings.Texts, "text embeddings");
    }

    private static double SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = (double)x[i] - y[i];
            sum += difference * difference;
        }

        return sum;
    }
}

/// <summary>The geometry of one model's embeddings of one split.</summary>
/// <param name="Alignment">E‖I − T‖² over matched pairs.</param>
/// <param name="UniformityAcross">Uniformity over pairs of a media item and a text that do not match.</param>
/// <param name="CentroidGap">Distance of the two means: the modality gap.</param>
public sealed record GeometryResult(
    Estimate Alignment,
    Estimate UniformityText,
    Estimate UniformityMedia,
    Estimate UniformityAcross,
    Estimate CentroidGap,
    Estimate MatchedCosine,
    Estimate UnmatchedCosine)
{
    /// <summary>The defined estimates by metric id, in the order of a table's columns.</summary>
    public IEnumerable<(string Metric, Estimate Estimate)> ByMetric() => new[]
    {
        ("geometry/alignment", Alignment),
        ("geometry/uniformity-text", UniformityText),
        ("geometry/uniformity-media", UniformityMedia),
        ("geometry/uniformity-cross", UniformityAcross),
        ("geometry/modality-gap", CentroidGap),
        ("geometry/matched-cosine", MatchedCosine),
        ("geometry/unmatched-cosine", UnmatchedCosine),
    }.Where(one => one.Item2.IsDefined);
}

/// <summary>A value with its formula and the number of items that it averages over.</summary>
/// <param name="Formula">One of <see cref="Formulas"/>.</param>
/// <param name="N">Pairs or rows it averages over; the larger side's rows where it compares two sets.</param>
/// <param name="LeaveOneOut">The value, and what it is without each cluster; null where the formula has nothing to compare.</param>
public sealed record Estimate(string Formula, int N, LeaveOneOut? LeaveOneOut)
{
    /// <summary>The value; NaN where the formula has nothing to compare.</summary>
    public double Value => LeaveOneOut?.Value ?? double.NaN;

    /// <summary>Whether there is a value.</summary>
    public bool IsDefined => LeaveOneOut is not null;
}
