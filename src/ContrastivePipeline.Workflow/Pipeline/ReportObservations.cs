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

    /// <summary>Plots and examples are of the first seed's embeddings, one trial after the other.</summary>
    public static async Task<ReportObservations> GatherAsync(
        ArtifactStore store, IReadOnlyList<DatasetManifest> manifests, ReportInput input, IReadOnlyList<VariantSummary> variants,
        IReadOnlyList<Measurement> measurements, CancellationToken cancellationToken)
    {
        var observations = new ReportObservations();
        var shown = ReportExamples.VariantsToShow(variants, measurements);
        foreach (var evaluated in input.Trials[0].Evaluated)
        {
            var manifest = manifests.Single(m => (m.Name, m.Version) == (evaluated.Dataset.Name, evaluated.Dataset.Version));
            foreach (var split in evaluated.Embedded.Splits)
            {
                var measured = measurements.Where(m => (m.Dataset, m.Split) == (manifest.Name, split.Split))
                    .Select(m => m.Metric).ToHashSet();
                await observations.AddClassCountsAsync(store, manifest, evaluated.Embedded, split, measured, cancellationToken);
                await observations.AddTrialsAsync(store, manifest, input, split.Split, shown, cancellationToken);
            }
            foreach (var split in evaluated.Embedded.SplitNames)
                await observations.AddDifferencesAsync(store, manifest.Name, input, split, variants, cancellationToken);
        }
        return observations;
    }

    private async Task AddClassCountsAsync(
        ArtifactStore store, DatasetManifest manifest, EmbeddedTrial embedded, EmbeddedSplit split, HashSet<string> measured,
        CancellationToken cancellationToken)
    {
        string[] sets =
        [
            .. embedded.Classes.Select(c => c.Prompts.Labels).Distinct()
                .Where(name => measured.Contains($"zero-shot/{name}/mean-per-class")),
        ];
        var media = sets.Length == 0 ? [] : await Tables.Media.ReadAllAsync(store, split.Media, cancellationToken);
        foreach (var labels in sets)
        {
            var counts = await new ZeroShotTest(store, manifest).CountAsync(labels, media, cancellationToken);
            ClassCounts.Add(new ClassCounts(manifest.Name, split.Split, labels, counts));
        }
    }

    private async Task AddDifferencesAsync(
        ArtifactStore store, string dataset, ReportInput input, string split, IReadOnlyList<VariantSummary> variants,
        CancellationToken cancellationToken)
    {
        foreach (var seed in input.Trials.GroupBy(t => t.Seed).OrderBy(g => g.Key))
        {
            var tested = new Dictionary<string, IReadOnlyDictionary<string, LeaveOneOut>>(StringComparer.Ordinal);
            foreach (var trial in seed)
                tested[trial.Variant] = await TestedMetrics.ReadAsync(store, trial.Of(dataset).Of(split).LeaveOneOut, cancellationToken);
            foreach (var (variant, baseline) in Contrasts.Of(variants).Where(pair => tested.ContainsKey(pair.Variant.Id)))
            {
                var (values, baselines) = (tested[variant.Id], tested[baseline.Id]);
                Differences.AddRange(
                    from metric in values
                    where baselines.ContainsKey(metric.Key)
                    let test = PairedJackknife.Compare(baselines[metric.Key], metric.Value)
                    where test is not null
                    select new PairedDifference(variant.Id, baseline.Id, seed.Key, metric.Key, dataset, split, test));
            }
        }
    }

    private async Task AddTrialsAsync(
        ArtifactStore store, DatasetManifest manifest, ReportInput input, string split, IReadOnlySet<string> shown,
        CancellationToken cancellationToken)
    {
        // Models that were not trained here have no seed.
        var firstSeed = input.Trials[0].Seed;
        foreach (var trial in input.Trials.Where(t => t.Recipe is null || t.Seed == firstSeed).OrderBy(t => t.Seed))
        {
            var evaluated = trial.Of(manifest.Name);
            var embeddings = await StoredEmbeddings.ReadAsync(
                store, evaluated.Embedded.Splits.Single(s => s.Split == split), cancellationToken);
            AddPlots(trial, split, manifest.Name, embeddings.Matched);
            if (shown.Contains(trial.Variant) && evaluated.Of(split).Ranks is { } ranks)
            {
                Examples.AddRange(await ReportExamples.OfAsync(
                    store, manifest, trial, split, embeddings, await StoredRanks.ReadAsync(store, ranks, cancellationToken),
                    cancellationToken));
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
