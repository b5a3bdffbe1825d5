namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>What a report shows beside the numbers: all of it comes from stored embeddings.</summary>
internal sealed class ReportObservations
{
    private const int MapPairs = 300;

    public List<PairedDifference> Differences { get; } = [];

    public List<ClassCounts> ClassCounts { get; } = [];

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
        foreach (var evaluated in input.Trials[0].Evaluated)
        {
            var version = evaluated.Dataset;
            var manifest = manifests.Single(m => (m.Name, m.Version) == (version.Name, version.Version));
            foreach (var split in evaluated.Embedded.Splits.Select(s => s.Split))
            {
                var measured = measurements.Where(m => m.Dataset == version.Name && m.Split == split).Select(m => m.Metric).ToHashSet();
                var metrics = new TestedMetrics(store, manifest, input.ZeroShotOf(version.Name), split, measured.Contains);
                await observations.AddAsync(store, manifest, input, split, variants, metrics, shown, cancellationToken);
                observations.ClassCounts.AddRange(
                    metrics.ClassCounts.Select(c => new ClassCounts(version.Name, split, c.Key, c.Value)));
            }
        }
        return observations;
    }

    private async Task AddAsync(
        ArtifactStore store, DatasetManifest manifest, ReportInput input, string split, IReadOnlyList<VariantSummary> variants,
        TestedMetrics metrics, IReadOnlySet<string> shown, CancellationToken cancellationToken)
    {
        var firstSeed = input.Trials[0].Seed;
        foreach (var seed in input.Trials.GroupBy(t => t.Seed).OrderBy(g => g.Key))
        {
            var tested = new Dictionary<string, IReadOnlyDictionary<string, LeaveOneOut>>(StringComparer.Ordinal);
            foreach (var trial in seed)
            {
                var embedded = trial.Evaluated.Single(one => one.Dataset.Name == manifest.Name).Embedded;
                var embeddings = await StoredEmbeddings.ReadAsync(store, embedded.Splits.Single(s => s.Split == split), cancellationToken);
                tested[trial.Variant] = await metrics.OfAsync(embedded, embeddings, cancellationToken);
                // Models that were not trained here have no seed.
                if (trial.Recipe is not null && seed.Key != firstSeed)
                    continue;
                AddPlots(trial, split, manifest.Name, embeddings.Matched);
                if (shown.Contains(trial.Variant) && metrics.HasRetrieval)
                    Examples.AddRange(await ReportExamples.OfAsync(store, manifest, trial, split, embeddings, cancellationToken));
            }
            foreach (var (variant, baseline) in Contrasts.Of(variants).Where(pair => tested.ContainsKey(pair.Variant.Id)))
            {
                var (values, baselines) = (tested[variant.Id], tested[baseline.Id]);
                Differences.AddRange(
                    from metric in values
                    where baselines.ContainsKey(metric.Key)
                    let test = PairedJackknife.Compare(baselines[metric.Key], metric.Value)
                    where test is not null
                    select new PairedDifference(variant.Id, baseline.Id, seed.Key, metric.Key, manifest.Name, split, test));
            }
        }
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
}
