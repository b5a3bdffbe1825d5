namespace ContrastivePipeline.Evaluation;

/// <summary>Formula ids with their versions. A formula that changes gets the next version; an id never changes its meaning.</summary>
public static class Formulas
{
    /// <summary>Fraction of the queries whose best match has fewer than k wrong items at or above its score.</summary>
    public const string RecallAtK = "recall-at-k/2";

    /// <summary>Median of the 1-based ranks, ties against the model.</summary>
    public const string MedianRank = "median-rank/2";

    /// <summary>Mean of the 1-based ranks, ties against the model.</summary>
    public const string MeanRank = "mean-rank/2";

    /// <summary>Mean average precision over the first ten items, divided by min(matches, 10).</summary>
    public const string MeanAveragePrecision = "map-at-10/2";

    /// <summary>Fraction with the right class among the first k of a template-averaged classifier, ties against the model.</summary>
    public const string TopKAccuracy = "top-k-accuracy/1";

    /// <summary>Unweighted mean over the classes of the top-1 accuracy.</summary>
    public const string MeanPerClassAccuracy = "mean-per-class-accuracy/1";

    /// <summary>E‖I − T‖² over matched pairs (Wang and Isola, arXiv 2005.10242, α = 2).</summary>
    public const string AlignmentSquared = "alignment-squared/1";

    /// <summary>log E exp(−2‖x − y‖²) over unordered pairs of one set (Wang and Isola, t = 2); at most 10,000 rows.</summary>
    public const string Uniformity = "uniformity-within/1";

    /// <summary><see cref="Uniformity"/> over different texts, each once.</summary>
    public const string UniformityOfDistinct = "uniformity-within/2";

    /// <summary>log E exp(−2‖I − T‖²) over all pairs that do not match; at most 10,000 rows a side.</summary>
    public const string UniformityAcross = "uniformity-across-unmatched/2";

    /// <summary>‖mean I − mean T‖, means not normalised again (Liang et al., arXiv 2203.02053).</summary>
    public const string CentroidGap = "centroid-gap/1";

    /// <summary>Mean cosine of matched pairs.</summary>
    public const string MatchedCosine = "matched-cosine/1";

    /// <summary>Mean cosine of pairs that do not match; at most 10,000 rows a side.</summary>
    public const string UnmatchedCosine = "unmatched-cosine/2";

    /// <summary>Spearman's ρ of cosines and scores over all sentence pairs of a split at once, as SimCSE reports STS.</summary>
    public const string SimilaritySpearman = "sts-all-spearman/1";

    /// <summary>Pearson's r of cosines and scores over all sentence pairs of a split at once.</summary>
    public const string SimilarityPearson = "sts-all-pearson/1";

    /// <summary>Unweighted mean over the subsets of Spearman's ρ, as SentEval reports STS12 to STS16.</summary>
    public const string SimilaritySpearmanMean = "sts-mean-spearman/1";

    /// <summary>Unweighted mean over the subsets of Pearson's r.</summary>
    public const string SimilarityPearsonMean = "sts-mean-pearson/1";

    /// <summary>Mean over the subsets of Spearman's ρ, weighted by their pairs.</summary>
    public const string SimilaritySpearmanWeighted = "sts-wmean-spearman/1";

    /// <summary>Mean over the subsets of Pearson's r, weighted by their pairs.</summary>
    public const string SimilarityPearsonWeighted = "sts-wmean-pearson/1";
}

/// <summary>The text of every formula and of its earlier versions, so that a reader can compute a number by hand.</summary>
public static class FormulaCatalogue
{
    private const string Match = "A media item and a text match where the text is one of the item's (or of its concept's), or has the same "
        + "characters as one of them, but for white space at its ends. ";

    private const string OfGroups = "A media item and a text match where the text is one of the item's (or of its concept's). ";

    private const string Rank =
        "A query's rank is 1 + the number of items that do not match it and score at or above its best matching item. The value is ";

    private const string Recall =
        "Rank all items by their cosine with a query. A query counts 1 if fewer than k items that do not match it score at or above "
        + "its best matching item, else 0; a tie counts against the model. The value is the mean over all queries.";

    private const string Median = Rank + "the median of the ranks; of an even number of queries, the mean of the middle two.";

    private const string AveragePrecision =
        "Of a query's matching items, best first, those at position p ≤ 10 add (their number so far) / p, ties counting against the "
        + "model; the sum is divided by min(number of matching items, 10). The value is the mean over all queries.";

    private const string Across =
        "log of the mean of exp(−2‖I − T‖²) over all pairs of a media item and a text that do not match; of more than 10,000 rows a "
        + "side, a fixed sample of 10,000.";

    private const string Unmatched =
        "The mean of ⟨I, T⟩ over all pairs of a media item and a text that do not match; of more than 10,000 rows a side, a fixed "
        + "sample of 10,000.";

    private const string Within =
        "log of the mean of exp(−2‖x − y‖²) over all unordered pairs of different rows of one set; of more than 10,000 rows, a fixed "
        + "sample of 10,000.";

    private const string Pairs = "Of each sentence pair of the split take the cosine of the two embeddings, 0 where one of them is zero. The "
        + "value, over all pairs at once, whatever subset they come from, is ";

    private const string Subsets = "Of the pairs of each subset of the task take ";

    private const string PlainMean = "; the value is their mean, each subset weighing the same. A subset whose scores are all equal has no value "
        + "and is left out.";

    private const string WeightedMean = "; the value is their mean, each subset weighing as much as it has pairs. A subset whose scores are all "
        + "equal has no value and is left out.";

    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["recall-at-k/1"] = OfGroups + Recall,
        [Formulas.RecallAtK] = Match + Recall,
        ["median-rank/1"] = OfGroups + Median,
        [Formulas.MedianRank] = Match + Median,
        ["mean-rank/1"] = OfGroups + Rank + "the mean of the ranks.",
        [Formulas.MeanRank] = Match + Rank + "the mean of the ranks.",
        ["map-at-10/1"] = OfGroups + AveragePrecision,
        [Formulas.MeanAveragePrecision] = Match + AveragePrecision,
        [Formulas.TopKAccuracy] =
            "A class is the mean of the unit embeddings of its prompts, scaled to length 1. A media item counts 1 if fewer than k other "
            + "classes have a cosine with it at or above that of its own class, else 0. The value is the mean over all media that have a "
            + "class.",
        [Formulas.MeanPerClassAccuracy] =
            "The top-1 accuracy of the media of each class, with classes made of prompts as in top-k-accuracy/1; then the mean over the "
            + "classes that have media, each weighing the same.",
        [Formulas.AlignmentSquared] = "The mean of ‖I − T‖² over all pairs of a media item and one of its texts.",
        [Formulas.Uniformity] = Within,
        [Formulas.UniformityOfDistinct] =
            "Of texts with the same characters, but for white space at their ends, the first is kept. Then " + Within,
        ["uniformity-across-unmatched/1"] = OfGroups + Across,
        [Formulas.UniformityAcross] = Match + Across,
        [Formulas.CentroidGap] = "‖mean of the media − mean of the texts‖; the means are not scaled to length 1 again.",
        [Formulas.MatchedCosine] = "The mean of ⟨I, T⟩ over all pairs of a media item and one of its texts.",
        ["unmatched-cosine/1"] = OfGroups + Unmatched,
        [Formulas.UnmatchedCosine] = Match + Unmatched,
        [Formulas.SimilaritySpearman] = Pairs + "Spearman's ρ of cosines and scores: Pearson's r of their ranks, equal values sharing the "
            + "mean of their ranks.",
        [Formulas.SimilarityPearson] = Pairs + "Pearson's r of cosines and scores.",
        [Formulas.SimilaritySpearmanMean] = Subsets + "sts-all-spearman/1" + PlainMean,
        [Formulas.SimilarityPearsonMean] = Subsets + "sts-all-pearson/1" + PlainMean,
        [Formulas.SimilaritySpearmanWeighted] = Subsets + "sts-all-spearman/1" + WeightedMean,
        [Formulas.SimilarityPearsonWeighted] = Subsets + "sts-all-pearson/1" + WeightedMean,
    };

    /// <summary>The text of a formula; null for an id, or a version of it, that this program does not have.</summary>
    public static string? Find(string formula) => Words.GetValueOrDefault(formula);
}
