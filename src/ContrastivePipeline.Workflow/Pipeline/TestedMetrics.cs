namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>The metrics whose differences to a baseline are tested, each with its value without each cluster: all but the median rank,
/// which no left-out items move smoothly. Items of one group (a media item, a concept) are one cluster, and groups that share a text.
/// </summary>
internal sealed class TestedMetrics
{
    private readonly Dictionary<string, LeaveOneOut> _values = new(StringComparer.Ordinal);

    /// <summary>By metric id.</summary>
    public IReadOnlyDictionary<string, LeaveOneOut> Values => _values;

    public void Add(RetrievalResult result, MatchedEmbeddings matched)
    {
        Add("media-to-text", result.MediaToText, new Clusters(matched.MediaCluster));
        Add("text-to-media", result.TextToMedia, new Clusters(matched.TextCluster));
    }

    /// <param name="estimates">Defined ones, by metric id.</param>
    public void Add(IEnumerable<(string Metric, Estimate Estimate)> estimates)
    {
        foreach (var (metric, estimate) in estimates)
            _values[metric] = estimate.LeaveOneOut!;
    }

    public void Add(string labels, ClassifiedMedia classified)
    {
        foreach (var k in Measurements.TopDepths.Where(k => k < classified.Result.Classes))
            _values[$"zero-shot/{labels}/top-{k}"] = LeaveOneOut.OfMean(classified.Result.HitsAt(k), classified.Concepts);
        _values[$"zero-shot/{labels}/mean-per-class"] = classified.Result.MeanPerClassWithout(classified.Concepts);
    }

    public Task<Artifact> WriteAsync(StageContext context, string split, CancellationToken cancellationToken) =>
        Tables.LeaveOneOut.WriteAsync(
            context, $"{split}-leave-one-out",
            [.. from metric in _values
                from cluster in metric.Value.Without.Zip(metric.Value.Sizes)
                select new ValueWithout(metric.Key, metric.Value.Value, cluster.Second, cluster.First)],
            cancellationToken);

    public static async Task<IReadOnlyDictionary<string, LeaveOneOut>> ReadAsync(
        ArtifactStore store, Artifact artifact, CancellationToken cancellationToken) =>
        (await Tables.LeaveOneOut.ReadAllAsync(store, artifact, cancellationToken)).GroupBy(row => row.Metric).ToDictionary(
            rows => rows.Key,
            rows => new LeaveOneOut(rows.First().Value, [.. rows.Select(row => row.Without)], [.. rows.Select(row => row.Size)]),
            StringComparer.Ordinal);

    private void Add(string direction, RetrievalDirection result, Clusters clusters)
    {
        foreach (var k in Measurements.RecallDepths)
            _values[$"retrieval/{direction}/r@{k}"] = LeaveOneOut.OfMean(result.HitsAt(k), clusters);
        _values[$"retrieval/{direction}/mean-rank"] = LeaveOneOut.OfMean(Array.ConvertAll(result.Ranks, rank => rank + 1.0), clusters);
        _values[$"retrieval/{direction}/map@10"] = LeaveOneOut.OfMean(result.AveragePrecisions, clusters);
    }
}
