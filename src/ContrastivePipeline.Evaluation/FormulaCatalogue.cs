namespace ContrastivePipeline.Evaluation;

/// <summary>Every formula in words and signs, for whoever wants to compute a number by hand.</summary>
public static class FormulaCatalogue
{
    private static readonly Dictionary<string, string> s_words = new(StringComparer.Ordinal)
    {
        [Formulas.RecallAtK] =
            "Rank all items by their cosine with a query. A query counts 1 if fewer than k items that do not match it score at or above its "
            + "best matching item, else 0; a tie counts against the model. The value is the mean over all queries.",
        [Formulas.MedianRank] =
            "A query's rank is 1 + the number of items that do not match it and score at or above its best matching item. The value is the "
            + "median of the ranks; of an even number of queries, the mean of the middle two.",
        [Formulas.MeanRank] =
            "A query's rank is 1 + the number of items that do not match it and score at or above its best matching item. The value is the "
            + "mean of the ranks.",
        [Formulas.MeanAveragePrecision] =
            "Of a query's matching items, best first, those at position p ≤ 10 add (their number so far) / p, ties counting against the model; "
            + "the sum is divided by min(number of matching items, 10). The value is the mean over all queries.",
        [Formulas.TopKAccuracy] =
            "A class is the mean of the unit embeddings of its prompts, scaled to length 1. A media item counts 1 if fewer than k other classes have "
            + "a cosine with it at or above that of its own class, else 0. The value is the mean over all media that have a class.",
        [Formulas.MeanPerClassAccuracy] =
            "The top-1 accuracy of the media of each class, with classes made of prompts as in top-k-accuracy/1; then the mean over the classes "
            + "that have media, each weighing the same.",
        [Formulas.AlignmentSquared] = "The mean of ‖I − T‖² over all pairs of a media item and a text that match.",
        [Formulas.Uniformity] =
            "log of the mean of exp(−2‖x − y‖²) over all unordered pairs of different rows of one set; of more than 10,000 rows, a fixed sample "
            + "of 10,000.",
        [Formulas.UniformityAcross] =
            "log of the mean of exp(−2‖I − T‖²) over all pairs of a media item and a text that do not match; of more than 10,000 rows a side, a "
            + "fixed sample of 10,000.",
        [Formulas.CentroidGap] = "‖mean of the media − mean of the texts‖; the means are not scaled to length 1 again.",
        [Formulas.MatchedCosine] = "The mean of ⟨I, T⟩ over all pairs of a media item and a text that match.",
        [Formulas.UnmatchedCosine] =
            "The mean of ⟨I, T⟩ over all pairs of a media item and a text that do not match; of more than 10,000 rows a side, a fixed sample of 10,000.",
    };

    /// <summary>A formula in words; null for an id, or a version of it, that this program does not have.</summary>
    public static string? Find(string formula) => s_words.GetValueOrDefault(formula);
}
