namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>The metrics of a trial on a split whose differences to a baseline are tested: all but the median rank, which no left-out items
/// move smoothly. Items of one group (a media item, a concept) are one cluster,
/// and groups that share a text.</summary>
/// <param name="plan">The experiment's zero-shot classifications.</param>
/// <param name="isMeasured">Whether the trials have a metric on the split.</param>
internal sealed class TestedMetrics(
    ArtifactStore store, DatasetManifest manifest, IReadOnlyList<ZeroShotSection> plan, string split, Func<string, bool> isMeasured)
{
    /// <summary>The split's media in each class, by label set; known once a trial was read.</summary>
    public Dictionary<string, int[]> ClassCounts { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether retrieval is measured on the split.</summary>
    public bool HasRetrieval => isMeasured("retrieval/media-to-text/r@1");

    /// <summary>Each metric with its value without each cluster.</summary>
    public async Task<IReadOnlyDictionary<string, LeaveOneOut>> OfAsync(
        EmbeddedTrial trial, StoredEmbeddings embeddings, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, LeaveOneOut>(StringComparer.Ordinal);
        var matched = embeddings.Matched;
        if (HasRetrieval)
        {
            var retrieval = Retrieval.Evaluate(matched);
            AddDirection(values, "media-to-text", retrieval.MediaToText, new Clusters(matched.MediaCluster));
            AddDirection(values, "text-to-media", retrieval.TextToMedia, new Clusters(matched.TextCluster));
        }
        AddGeometry(values, matched);
        foreach (var classes in trial.Classes.Where(c => IsOfSplit(c.Prompts)))
        {
            var classified = await new ZeroShotTest(store, manifest).ClassifyAsync(classes, split, embeddings, cancellationToken);
            ClassCounts[classes.Prompts.Labels] = classified.Result.ClassCounts();
            AddZeroShot(values, $"zero-shot/{classes.Prompts.Labels}", classified);
        }
        return values;
    }

    private bool IsOfSplit(ZeroShotPrompts prompts) => isMeasured($"zero-shot/{prompts.Labels}/mean-per-class")
        && plan.Any(z => (z.Split ?? split) == split && z.Labels == prompts.Labels && z.Templates.SequenceEqual(prompts.Templates));

    private static void AddDirection(
        Dictionary<string, LeaveOneOut> values, string direction, RetrievalDirection result, Clusters clusters)
    {
        foreach (var k in Measurements.RecallDepths)
            values[$"retrieval/{direction}/r@{k}"] = LeaveOneOut.OfMean(result.HitsAt(k), clusters);
        values[$"retrieval/{direction}/mean-rank"] = LeaveOneOut.OfMean(Array.ConvertAll(result.Ranks, rank => rank + 1.0), clusters);
        values[$"retrieval/{direction}/map@10"] = LeaveOneOut.OfMean(result.AveragePrecisions, clusters);
    }

    // A split of one media item has no uniformity.
    private void AddGeometry(Dictionary<string, LeaveOneOut> values, MatchedEmbeddings matched)
    {
        if (isMeasured("geometry/alignment"))
        {
            values["geometry/alignment"] = GeometryLeaveOneOut.Alignment(matched);
            values["geometry/matched-cosine"] = GeometryLeaveOneOut.MatchedCosine(matched);
            values["geometry/modality-gap"] = GeometryLeaveOneOut.CentroidGap(matched);
        }
        if (isMeasured("geometry/uniformity-text"))
            values["geometry/uniformity-text"] = GeometryLeaveOneOut.TextUniformity(matched);
        if (isMeasured("geometry/uniformity-media"))
            values["geometry/uniformity-media"] = GeometryLeaveOneOut.Uniformity(matched.Media, matched.MediaCluster);
        if (isMeasured("geometry/uniformity-cross"))
            (values["geometry/uniformity-cross"], values["geometry/unmatched-cosine"]) = GeometryLeaveOneOut.Unmatched(matched);
    }

    private static void AddZeroShot(Dictionary<string, LeaveOneOut> values, string family, ClassifiedMedia classified)
    {
        foreach (var k in Measurements.TopDepths.Where(k => k < classified.Result.Classes))
            values[$"{family}/top-{k}"] = LeaveOneOut.OfMean(classified.Result.HitsAt(k), classified.Concepts);
        values[$"{family}/mean-per-class"] = classified.Result.MeanPerClassWithout(classified.Concepts);
    }
}
