namespace ContrastivePipeline.Evaluation;

/// <summary>Where embeddings lie on the unit sphere: alignment and uniformity (Wang and Isola, arXiv 2005.10242) within and across
/// modalities, and the modality gap. Rows must have length 1. All sums are in double precision and in a fixed order.</summary>
public static class Geometry
{
    /// <summary>Greatest number of rows per set in quadratic formulas; of larger sets a fixed subsample is used.</summary>
    public const int LargestSet = 10_000;

    /// <summary>All of the geometry that a report shows. A value that compares rows of one kind is NaN where there is only one.</summary>
    /// <exception cref="ArgumentException">Rows are not of length 1.</exception>
    public static GeometryResult Evaluate(MatchedEmbeddings embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        int pairs = embeddings.Pairs().Count();
        var (media, texts) = (embeddings.Media, embeddings.Texts);
        int mediaRows = Math.Min(media.Count, LargestSet), textRows = Math.Min(texts.Count, LargestSet);
        int distinctTexts = Math.Min(embeddings.DistinctTexts.Length, LargestSet);
        bool isUnmatched = Enumerable.Range(0, media.Count).Any(mediaItem =>
            Enumerable.Range(0, texts.Count).Any(text => !embeddings.Matches(mediaItem, text)));
        var (across, cosine) = isUnmatched ? Unmatched(embeddings, t: 2) : (double.NaN, double.NaN);
        return new(
            new(Formulas.AlignmentSquared, pairs, Alignment(embeddings)),
            new(
                Formulas.UniformityOfDistinct, distinctTexts,
                distinctTexts < 2 ? double.NaN : Uniformity(texts.Select(embeddings.DistinctTexts))),
            new(Formulas.Uniformity, mediaRows, mediaRows < 2 ? double.NaN : Uniformity(media)),
            new(Formulas.UniformityAcross, Math.Max(mediaRows, textRows), across),
            new(Formulas.CentroidGap, media.Count + texts.Count, CentroidGap(media, texts)),
            new(Formulas.MatchedCosine, pairs, MatchedCosine(embeddings)),
            new(Formulas.UnmatchedCosine, Math.Max(mediaRows, textRows), cosine));
    }

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
        return PairSums.LogMean(rows, rows, (left, right) => left < right, PairSums.Gaussian(t)).Value;
    }

    /// <summary>‖I − T‖² of every matched pair, by media item and then by text; their mean is <see cref="Alignment"/>.</summary>
    public static double[] AlignmentByPair(MatchedEmbeddings embeddings)
    {
        CheckUnit(embeddings);
        return [.. embeddings.Pairs().Select(pair => SquaredDistance(embeddings.Media[pair.Media], embeddings.Texts[pair.Text]))];
    }

    /// <summary>log E exp(−t‖I − T‖²) over all pairs of a media item and a text that do not match; lower is more uniform.</summary>
    /// <param name="embeddings">Unit rows of at least two groups.</param>
    /// <param name="t">Sharpness of the Gaussian.</param>
    public static double UniformityAcross(MatchedEmbeddings embeddings, double t = 2) => Unmatched(embeddings, t).Uniformity;

    /// <summary>Mean cosine of matched pairs.</summary>
    /// <param name="embeddings">Unit rows.</param>
    public static double MatchedCosine(MatchedEmbeddings embeddings)
    {
        CheckUnit(embeddings);
        return embeddings.Pairs().Average(pair => DotProducts.Of(embeddings.Media[pair.Media], embeddings.Texts[pair.Text]));
    }

    /// <summary>‖mean I − mean T‖; the means are not normalised again.</summary>
    public static double CentroidGap(EmbeddingMatrix media, EmbeddingMatrix texts)
    {
        Check.Finite(media, "media embeddings");
        Check.Finite(texts, "text embeddings");
        Check.SameDimension(media, texts, "media embeddings", "text embeddings");
        return Math.Sqrt(Centroid(media).Zip(Centroid(texts), (x, y) => (x - y) * (x - y)).Sum());
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

    private static (double Uniformity, double Cosine) Unmatched(MatchedEmbeddings embeddings, double t)
    {
        CheckUnit(embeddings);
        int[] media = Subsample.Rows(embeddings.Media.Count, LargestSet);
        int[] texts = Subsample.Rows(embeddings.Texts.Count, LargestSet);
        var sums = PairSums.LogMean(
            embeddings.Media.Select(media),
            embeddings.Texts.Select(texts),
            (left, right) => !embeddings.Matches(media[left], texts[right]),
            PairSums.Gaussian(t));
        return (sums.Value, sums.MeanProduct);
    }

    private static void CheckUnit(MatchedEmbeddings embeddings)
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
    Estimate UnmatchedCosine);

/// <summary>A value with its formula and the number of items that it averages over.</summary>
/// <param name="Formula">One of <see cref="Formulas"/>.</param>
/// <param name="N">Pairs or rows it averages over; the larger side's rows where it compares two sets.</param>
/// <param name="Value">The value; NaN where the formula has nothing to compare.</param>
public readonly record struct Estimate(string Formula, int N, double Value)
{
    /// <summary>Whether there is a value.</summary>
    public bool IsDefined => !double.IsNaN(Value);
}
