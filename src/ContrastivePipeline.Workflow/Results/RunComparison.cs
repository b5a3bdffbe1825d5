namespace ContrastivePipeline.Workflow.Results;

/// <summary>Runs side by side.</summary>
/// <param name="Runs">The runs; differences are to the first.</param>
/// <param name="Metrics">Everything that any of them measured: by variant, then in the catalogue's order, then by split.</param>
public sealed record RunComparison(
    IReadOnlyList<ComparedRun> Runs,
    IReadOnlyList<ComparedMetric> Metrics,
    IReadOnlyList<SettingDifference> Settings,
    IReadOnlyList<GeometryPoint> Geometry)
{
    private const string Alignment = "geometry/alignment";
    private const string UniformityText = "geometry/uniformity-text";
    private const string UniformityMedia = "geometry/uniformity-media";

    /// <summary>Compares what runs have measured so far.</summary>
    /// <param name="runs">Two or more different runs, the one to compare with first.</param>
    /// <exception cref="ArgumentException">There are fewer than two runs, or one comes twice.</exception>
    public static async Task<RunComparison> OfAsync(ArtifactStore store, IReadOnlyList<RunRecord> runs, CancellationToken cancellationToken)
    {
        var measured = new List<(RunRecord, IReadOnlyList<Measurement>)>();
        foreach (var run in runs)
            measured.Add((run, await new RunProducts(store, run).ReadMeasurementsAsync(cancellationToken)));
        return Of(measured);
    }

    /// <summary>Compares runs with what they have measured.</summary>
    /// <exception cref="ArgumentException">There are fewer than two runs, or one comes twice.</exception>
    public static RunComparison Of(IReadOnlyList<(RunRecord Run, IReadOnlyList<Measurement> Measurements)> runs)
    {
        if (runs.Count < 2)
            throw new ArgumentException("A comparison needs two runs or more.", nameof(runs));
        if (runs.GroupBy(r => r.Run.Id).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"Run '{twice.Key}' cannot be compared with itself.", nameof(runs));
        return new RunComparison(
            [.. runs.Select(r => Describe(r.Run, r.Measurements))],
            Compare([.. runs.Select(r => r.Measurements)]),
            ExperimentDifference.Of([.. runs.Select(r => WorkflowJson.FromElement<PipelineInput>(r.Run.Input).Experiment)]),
            [.. runs.SelectMany(r => Points(r.Run.Id, r.Measurements))]);
    }

    private static ComparedRun Describe(RunRecord run, IReadOnlyList<Measurement> measurements) => new(
        run.Id, run.Experiment, run.Started, run.State == RunState.Completed,
        measurements.Count > 0 ? Dataset(measurements[0]) : null,
        [.. measurements.Select(m => m.Seed).Distinct().Order()], run.CodeVersion);

    private static ComparedMetric[] Compare(IReadOnlyList<Measurement>[] runs)
    {
        var tables = runs.Select(run => run.ToLookup(m => (m.Variant, m.Metric, m.Split))).ToArray();
        var variants = runs.SelectMany(run => run).Select(m => m.Variant).Distinct().ToList();
        var order = MetricCatalogue.All.ToList();
        return
        [
            .. tables.SelectMany(table => table.Select(group => group.Key)).Distinct()
                .OrderBy(key => variants.IndexOf(key.Variant))
                .ThenBy(key => MetricCatalogue.Find(key.Metric) is { } known ? order.IndexOf(known) : int.MaxValue)
                .ThenBy(key => key.Metric, StringComparer.Ordinal).ThenBy(key => key.Split, StringComparer.Ordinal)
                .Select(key => Compare(key.Variant, key.Metric, key.Split, [.. tables.Select(table => table[key].ToArray())])),
        ];
    }

    private static ComparedMetric Compare(string variant, string metric, string split, Measurement[][] runs)
    {
        var known = MetricCatalogue.Find(metric);
        return new ComparedMetric(
            variant, metric, split, known?.Title ?? metric, known?.Unit ?? MetricUnit.Number, known?.Direction ?? Direction.Neither,
            [.. runs.Select((values, i) => values.Length == 0 ? null : Value(values, i == 0 ? [] : runs[0]))]);
    }

    private static ComparedValue Value(Measurement[] values, Measurement[] first)
    {
        var summary = SeedSummary.Of([.. values.Select(m => m.Value)]);
        double? difference = first.Length == 0 ? null : summary.Mean - SeedSummary.Of([.. first.Select(m => m.Value)]).Mean;
        return new ComparedValue(
            summary.Mean, summary.StandardDeviation, summary.Seeds, values[0].N, values[0].Formula, Dataset(values[0]), difference,
            first.Length == 0 ? null : Objection(first[0], values[0]));
    }

    /// <summary>Why two values are not measures of the same thing.</summary>
    private static string? Objection(Measurement first, Measurement other) => (first, other) switch
    {
        _ when first.Dataset != other.Dataset => $"another dataset: {Dataset(first)} there, {Dataset(other)} here",
        _ when first.Formula != other.Formula => $"another formula: {first.Formula} there, {other.Formula} here",
        _ when first.Version != other.Version => $"another version of the dataset: {first.Version} there, {other.Version} here"
            + (first.N == other.N ? "" : $", with {first.N} and {other.N} items"),
        _ when first.N != other.N => $"another number of items: {first.N} there, {other.N} here",
        _ => null,
    };

    private static IEnumerable<GeometryPoint> Points(string run, IReadOnlyList<Measurement> measurements) =>
        from variant in measurements.GroupBy(m => (m.Variant, m.Split))
        let means = variant.GroupBy(m => m.Metric).ToDictionary(metric => metric.Key, metric => metric.Average(m => m.Value))
        where means.ContainsKey(Alignment) && means.ContainsKey(UniformityText) && means.ContainsKey(UniformityMedia)
        select new GeometryPoint(
            run, variant.Key.Variant, variant.Key.Split, means[Alignment], means[UniformityText], means[UniformityMedia],
            Dataset(variant.First()));

    private static string Dataset(Measurement m) => $"{m.Dataset}@{m.Version}";
}
