namespace ContrastivePipeline.Evaluation;

/// <summary>Formula ids with their versions. A formula that changes gets the next version; an id never changes its meaning.</summary>
public static class Formulas
{
    /// <summary>Fraction of the queries whose best match has fewer than k wrong items at or above its score.</summary>
    public const string RecallAtK = "recall-at-k/1";

    /// <summary>Median of the 1-based ranks, ties against the model.</summary>
    public const string MedianRank = "median-rank/1";

    /// <summary>Mean of the 1-based ranks, ties against the model.</summary>
    public const string MeanRank = "mean-rank/1";

    /// <summary>Mean average precision over the first ten items, divided by min(matches, 10).</summary>
    public const string MeanAveragePrecision = "map-at-10/1";

    /// <summary>Fraction with the right class among the first k of a template-averaged classifier, ties against the model.</summary>
    public const string TopKAccuracy = "top-k-accuracy/1";

    /// <summary>Unweighted mean over the classes of the top-1 accuracy.</summary>
    public const string MeanPerClassAccuracy = "mean-per-class-accuracy/1";

    /// <summary>E‖I − T‖² over matched pairs (Wang and Isola, arXiv 2005.10242, α = 2).</summary>
    public const string AlignmentSquared = "alignment-squared/1";

    /// <summary>log E exp(−2‖x − y‖²) over unordered pairs of one set (Wang and Isola, t = 2); at most 10,000 rows.</summary>
    public const string Uniformity = "uniformity-within/1";

    /// <summary>log E exp(−2‖I − T‖²) over all pairs that do not match; at most 10,000 rows a side.</summary>
    public const string UniformityAcross = "uniformity-across-unmatched/1";

    /// <summary>‖mean I − mean T‖, means not normalised again (Liang et al., arXiv 2203.02053).</summary>
    public const string CentroidGap = "centroid-gap/1";

    /// <summary>Mean cosine of matched pairs.</summary>
    public const string MatchedCosine = "matched-cosine/1";

    /// <summary>Mean cosine of pairs that do not match; at most 10,000 rows a side.</summary>
    public const string UnmatchedCosine = "unmatched-cosine/1";
}
