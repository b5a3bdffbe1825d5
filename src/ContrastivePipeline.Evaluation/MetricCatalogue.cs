namespace ContrastivePipeline.Evaluation;

/// <summary>Every metric that <see cref="Measurements"/> makes.</summary>
public static class MetricCatalogue
{
    /// <summary>The metrics in the order of a table's columns.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        .. Retrieval("text-to-media", "Text → media", "text", "media item"),
        .. Retrieval("media-to-text", "Media → text", "media item", "text"),
        .. ZeroShot(),
        .. Sentences(),
        .. Geometry(),
    ];

    /// <summary>The definition of a metric id, for example of <c>zero-shot/category/top-1</c>; null where it is unknown.</summary>
    public static MetricDefinition? Find(string metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        string[] parts = metric.Split('/');
        return All.FirstOrDefault(definition => Matches(definition.Id.Split('/'), parts));
    }

    private static bool Matches(string[] pattern, string[] parts) =>
        pattern.Length == parts.Length
            && pattern.Zip(parts, (wanted, part) => wanted == "*" ? part.Length > 0 : wanted == part).All(same => same);

    private static IEnumerable<MetricDefinition> Retrieval(string direction, string title, string query, string item)
    {
        foreach (int k in Measurements.RecallDepths)
        {
            yield return new(
                $"retrieval/{direction}/r@{k}", Formulas.RecallAtK, $"{title} R@{k}", MetricUnit.Fraction, Direction.HigherIsBetter,
                $"Share of the queries (each a {query}) that have a matching {item} among the first {k}; ties count against the model.");
        }

        yield return new(
            $"retrieval/{direction}/median-rank", Formulas.MedianRank, $"{title} median rank", MetricUnit.Rank,
            Direction.LowerIsBetter, $"Median position, from 1, of the best matching {item}.");
        yield return new(
            $"retrieval/{direction}/mean-rank", Formulas.MeanRank, $"{title} mean rank", MetricUnit.Rank,
            Direction.LowerIsBetter, $"Mean position, from 1, of the best matching {item}.");
        yield return new(
            $"retrieval/{direction}/map@10", Formulas.MeanAveragePrecision, $"{title} mAP@10", MetricUnit.Fraction,
            Direction.HigherIsBetter, "Mean average precision over the first ten items.");
    }

    private static IEnumerable<MetricDefinition> ZeroShot()
    {
        foreach (int k in Measurements.TopDepths)
        {
            yield return new(
                $"zero-shot/*/top-{k}", Formulas.TopKAccuracy, $"Zero-shot top-{k}", MetricUnit.Fraction, Direction.HigherIsBetter,
                $"Share of the media whose class is among the first {k} of a classifier made of prompts alone.");
        }

        yield return new(
            "zero-shot/*/mean-per-class", Formulas.MeanPerClassAccuracy, "Zero-shot mean per class", MetricUnit.Fraction,
            Direction.HigherIsBetter, "Top-1 accuracy averaged over the classes, so that frequent classes weigh no more than rare ones.");
    }

    private static IEnumerable<MetricDefinition> Sentences()
    {
        const string spearman = "Whether sentence pairs that people found more alike have the higher cosines, by ranks ";
        const string pearson = "How linearly the cosines of sentence pairs follow people's scores, ";
        (string Id, string Title, string Over, string Spearman, string Pearson)[] aggregations =
        [
            ("sts-all", "STS", "over all pairs at once.", Formulas.SimilaritySpearman, Formulas.SimilarityPearson),
            ("sts-mean", "STS, mean of subsets,", "within each subset; the mean of the subsets.", Formulas.SimilaritySpearmanMean,
                Formulas.SimilarityPearsonMean),
            ("sts-wmean", "STS, mean of subsets by size,", "within each subset; the mean of the subsets, weighted by their pairs.",
                Formulas.SimilaritySpearmanWeighted, Formulas.SimilarityPearsonWeighted),
        ];
        foreach (var (id, title, over, ofRanks, ofValues) in aggregations)
        {
            yield return new(
                $"sentences/{id}/spearman", ofRanks, $"{title} Spearman", MetricUnit.Number, Direction.HigherIsBetter, spearman + over);
            yield return new(
                $"sentences/{id}/pearson", ofValues, $"{title} Pearson", MetricUnit.Number, Direction.HigherIsBetter, pearson + over);
        }
    }

    private static IEnumerable<MetricDefinition> Geometry() =>
    [
        new("geometry/alignment", Formulas.AlignmentSquared, "Alignment", MetricUnit.Number, Direction.LowerIsBetter,
            "Mean squared distance of a media item and its text; 0 where they coincide."),
        new("geometry/uniformity-text", Formulas.UniformityOfDistinct, "Uniformity, text", MetricUnit.Number, Direction.LowerIsBetter,
            "How evenly the texts cover the sphere: 0 where all coincide, near −4 where they are spread evenly."),
        new("geometry/uniformity-media", Formulas.Uniformity, "Uniformity, media", MetricUnit.Number, Direction.LowerIsBetter,
            "How evenly the media cover the sphere: 0 where all coincide, near −4 where they are spread evenly."),
        new("geometry/uniformity-cross", Formulas.UniformityAcross, "Uniformity, across", MetricUnit.Number, Direction.LowerIsBetter,
            "How far media and the texts that do not belong to them keep apart."),
        new("geometry/modality-gap", Formulas.CentroidGap, "Modality gap", MetricUnit.Number, Direction.Neither,
            "Distance between the mean of the media and the mean of the texts."),
        new("geometry/matched-cosine", Formulas.MatchedCosine, "Cosine, matched", MetricUnit.Number, Direction.HigherIsBetter,
            "Mean cosine of a media item and its text."),
        new("geometry/unmatched-cosine", Formulas.UnmatchedCosine, "Cosine, unmatched", MetricUnit.Number, Direction.LowerIsBetter,
            "Mean cosine of a media item and a text that does not belong to it."),
    ];
}

/// <summary>Whether higher or lower values of a metric are better.</summary>
public enum Direction
{
    /// <summary>The metric is descriptive.</summary>
    Neither,

    /// <summary>Higher values are better.</summary>
    HigherIsBetter,

    /// <summary>Lower values are better.</summary>
    LowerIsBetter,
}

/// <summary>How a value is shown.</summary>
public enum MetricUnit
{
    /// <summary>A plain number.</summary>
    Number,

    /// <summary>A fraction in [0, 1], shown as per cent.</summary>
    Fraction,

    /// <summary>A 1-based position.</summary>
    Rank,
}

/// <summary>Definition of a metric, for tables, reports and scripts.</summary>
/// <param name="Id">Metric id; a <c>*</c> stands for one part, such as the name of a label set.</param>
/// <param name="Formula">One of <see cref="Formulas"/>.</param>
/// <param name="Explanation">One sentence for a reader.</param>
public sealed record MetricDefinition(
    string Id, string Formula, string Title, MetricUnit Unit, Direction Direction, string Explanation);
