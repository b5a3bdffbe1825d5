namespace ContrastivePipeline.Evaluation;

/// <summary>Turns the results of one model on one split into measurements.</summary>
/// <param name="Variant">The variant, for example <c>cyclip+ls</c>.</param>
public sealed record Measurements(string Variant, int Seed, string Dataset, string Version, string Split)
{
    /// <summary>The k of R@k.</summary>
    public static IReadOnlyList<int> RecallDepths { get; } = [1, 5, 10];

    /// <summary>The k of top-k accuracies; those below the number of classes are measured.</summary>
    public static IReadOnlyList<int> TopDepths { get; } = [1, 3, 5, 10];

    /// <summary>Recall, ranks and mAP of both directions.</summary>
    public IReadOnlyList<Measurement> Of(RetrievalResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return [.. Of("text-to-media", result.TextToMedia), .. Of("media-to-text", result.MediaToText)];
    }

    /// <summary>Accuracies of a classifier; a top-k that every guess reaches, because there are no more than k classes, is left
    /// out.</summary>
    /// <param name="labelSet">Name of the class list, for example <c>category</c>.</param>
    public IReadOnlyList<Measurement> Of(string labelSet, ZeroShotResult result)
    {
        ArgumentException.ThrowIfNullOrEmpty(labelSet);
        ArgumentNullException.ThrowIfNull(result);
        if (labelSet.Contains('/'))
            throw new ArgumentException($"The label set's name '{labelSet}' must not contain a slash: it becomes part of a metric id.");
        return
        [
            .. TopDepths.Where(k => k < result.Classes)
                .Select(k => One($"zero-shot/{labelSet}/top-{k}", result.Count, result.TopK(k))),
            One($"zero-shot/{labelSet}/mean-per-class", result.Count, result.MeanPerClass()),
        ];
    }

    /// <summary>Alignment, uniformity and gap; undefined values are left out.</summary>
    public IReadOnlyList<Measurement> Of(GeometryResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return [.. result.ByMetric().Select(one => One(one.Metric, one.Estimate.N, one.Estimate.Value))];
    }

    /// <summary>How well cosines of sentences follow scores; undefined values are left out.</summary>
    public IReadOnlyList<Measurement> Of(SentenceSimilarityResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return [.. result.ByMetric().Select(one => One(one.Metric, one.Estimate.N, one.Estimate.Value))];
    }

    private IEnumerable<Measurement> Of(string direction, RetrievalDirection result) =>
    [
        .. RecallDepths.Select(k => One($"retrieval/{direction}/r@{k}", result.Count, result.RecallAt(k))),
        One($"retrieval/{direction}/median-rank", result.Count, result.MedianRank),
        One($"retrieval/{direction}/mean-rank", result.Count, result.MeanRank),
        One($"retrieval/{direction}/map@10", result.Count, result.MeanAveragePrecision),
    ];

    private Measurement One(string metric, int n, double value) =>
        new(Variant, Seed, metric, MetricCatalogue.Find(metric)!.Formula, Dataset, Version, Split, n, value);
}

/// <summary>One number of a run with its full identification.</summary>
/// <param name="Metric">Metric id, for example <c>retrieval/media-to-text/r@1</c>.</param>
/// <param name="Formula">Formula id with its version, for example <c>recall-at-k/1</c>.</param>
/// <param name="N">Number of items the value averages over.</param>
/// <param name="Value">The value; rates are fractions in [0, 1].</param>
public sealed record Measurement(
    string Variant, int Seed, string Metric, string Formula, string Dataset, string Version, string Split, int N, double Value);
