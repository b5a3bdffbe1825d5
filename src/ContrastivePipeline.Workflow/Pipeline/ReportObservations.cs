namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>What a report shows beside the numbers: all of it comes from stored embeddings.</summary>
internal sealed class ReportObservations
{
    private const int MapPairs = 300;

    public List<PairedDifference> Differences { get; } = [];

    public List<PairSimilarities> Similarities { get; } = [];

    public List<EmbeddingMap> Maps { get; } = [];

    public List<RetrievalExample> Examples { get; } = [];

    /// <summary>Reads each trial's embeddings of one split after the other; plots and examples are of the first seed.</summary>
    public static async Task<ReportObservations> GatherAsync(
        ArtifactStore store, IReadOnlyList<DatasetManifest> manifests, ReportInput input, IReadOnlyList<VariantSummary> variants,
        IReadOnlyList<Measurement> measurements, CancellationToken cancellationToken)
    {
        var observations = new ReportObservations();
        var shown = ReportExamples.VariantsToShow(variants, measurements);
        foreach (var (index, evaluated) in input.Trials[0].Evaluated.Index())
        {
            var name = evaluated.Dataset.Name;
            var manifest = manifests.Single(m => (m.Name, m.Version) == (name, evaluated.Dataset.Version));
            foreach (var split in evaluated.Embedded.Splits.Select(s => s.Split))
            {
                var measured = measurements.Where(m => m.Dataset == name && m.Split == split).Select(m => m.Metric).ToHashSet();
                foreach (var seed in input.Trials.GroupBy(t => t.Seed).OrderBy(g => g.Key))
                {
                    var scores = new Dictionary<string, ItemScores>(StringComparer.Ordinal);
                    foreach (var trial in seed)
                    {
                        var embeddings = await StoredEmbeddings.ReadAsync(
                            store, trial.Evaluated[index].Embedded.Splits.Single(s => s.Split == split), cancellationToken);
                        scores[trial.Variant] = ItemScores.Of(embeddings, measured.Contains);
                        // Models that were not trained here have no seed.
                        if (trial.Recipe is not null && seed.Key != input.Trials[0].Seed)
                            continue;
                        observations.AddPlots(trial, split, name, embeddings.Matched);
                        if (shown.Contains(trial.Variant)
                            && measured.Any(metric => metric.StartsWith("retrieval/", StringComparison.Ordinal)))
                        {
                            observations.Examples.AddRange(
                                await ReportExamples.OfAsync(store, manifest, trial, split, embeddings, cancellationToken));
                        }
                    }
                    foreach (var variant in variants.Where(v => v.Baseline is not null && scores.ContainsKey(v.Id)))
                    {
                        observations.Differences.AddRange(
                            scores[variant.Id].Against(scores[variant.Baseline!], variant, seed.Key, name, split));
                    }
                }
            }
        }
        return observations;
    }

    private void AddPlots(TrialResult trial, string split, string dataset, MatchedEmbeddings embeddings)
    {
        var sample = SimilaritySample.Of(embeddings);
        Similarities.Add(new PairSimilarities(trial.Variant, trial.Seed, dataset, split, sample.Edges, sample.Matched, sample.Unmatched));
        var projection = Projection.Of(embeddings.Media, embeddings.Texts);
        var text = embeddings.TextGroup.Select((group, i) => (group, i)).DistinctBy(t => t.group).ToDictionary(t => t.group, t => t.i);
        var step = Math.Max(1, embeddings.Media.Count / MapPairs);
        var pairs = Enumerable.Range(0, embeddings.Media.Count).Where(i => i % step == 0).Take(MapPairs).Select(i =>
        {
            var (m, t) = (projection.Media[i], projection.Texts[text[embeddings.MediaGroup[i]]]);
            return new MapPair(m.X, m.Y, t.X, t.Y);
        });
        Maps.Add(new EmbeddingMap(
            trial.Variant, trial.Seed, dataset, split, projection.ExplainedVariance.X + projection.ExplainedVariance.Y, [.. pairs]));
    }

    /// <summary>A value for every test item by metric, for paired comparisons.</summary>
    private sealed record ItemScores(Dictionary<string, double[]> ByMetric)
    {
        public static ItemScores Of(StoredEmbeddings embeddings, Func<string, bool> isMeasured)
        {
            var values = new Dictionary<string, double[]>(StringComparer.Ordinal);
            if (isMeasured("retrieval/media-to-text/r@1"))
            {
                var retrieval = Retrieval.Evaluate(embeddings.Matched);
                foreach (var k in new[] { 1, 5, 10 })
                {
                    values[$"retrieval/media-to-text/r@{k}"] = retrieval.MediaToText.HitsAt(k);
                    values[$"retrieval/text-to-media/r@{k}"] = retrieval.TextToMedia.HitsAt(k);
                }
            }
            if (isMeasured("geometry/alignment"))
                values["geometry/alignment"] = Geometry.AlignmentByPair(embeddings.Matched);
            // One image has none.
            if (isMeasured("geometry/uniformity-text"))
                values["geometry/uniformity-text"] = Geometry.UniformityByRow(embeddings.Matched.Texts);
            if (isMeasured("geometry/uniformity-media"))
                values["geometry/uniformity-media"] = Geometry.UniformityByRow(embeddings.Matched.Media);
            return new ItemScores(values);
        }

        public IEnumerable<PairedDifference> Against(ItemScores baseline, VariantSummary variant, int seed, string dataset, string split) =>
            ByMetric.Select(metric =>
            {
                // The same items are drawn for every variant.
                var d = PairedBootstrap.Compare(baseline.ByMetric[metric.Key], metric.Value, seed: 1);
                return new PairedDifference(
                    variant.Id, variant.Baseline!, seed, metric.Key, dataset, split, d.Mean, d.Low, d.High, d.PValue);
            });
    }
}
