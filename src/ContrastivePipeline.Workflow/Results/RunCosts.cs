using ContrastivePipeline.Reporting;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>What a run costs.</summary>
/// <param name="Stages">What the stages that are done used, by name, whichever run did them.</param>
/// <param name="Total">Their sum.</param>
/// <param name="Reused">How many of them earlier runs had done.</param>
/// <param name="Lost">What attempts of this run used that failed or were interrupted; those that were killed could not say.</param>
public sealed record RunCosts(IReadOnlyList<StageCost> Stages, StageCost Total, int Reused, StageUsage Lost)
{
    /// <summary>What a run has cost so far.</summary>
    /// <exception cref="ArtifactMissingException">A manifest of the run is gone.</exception>
    public static async Task<RunCosts> ReadAsync(ArtifactStore store, RunRecord run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var done = await RunManifests.ReadAsync(store, run, _ => true, cancellationToken);
        var costs = ByName(done.Select(stage => stage.Manifest));
        return new RunCosts(
            costs, StageCost.Sum("total", costs), done.Count(stage => stage.Stage.Cached),
            run.Stages.Aggregate(StageUsage.None, (sum, stage) => sum + stage.Lost));
    }

    /// <summary>What the stages used whose artifacts a report rests on.</summary>
    internal static async Task<IReadOnlyList<StageCost>> ReadAsync(ArtifactStore store, ReportInput report, CancellationToken cancellationToken)
    {
        var manifests = new List<StageManifest>();
        await foreach (var path in store.ListAsync($"stages/{ReproductionStages.PrepareDataset.Name}/{report.Dataset.Name}-", cancellationToken)
            .Select(blob => blob.Path).Where(path => path.EndsWith("/manifest.json", StringComparison.Ordinal)).WithCancellation(cancellationToken))
        {
            if (await RunManifests.TryReadAsync(store, path, cancellationToken) is { } prepared
                && WorkflowJson.FromElement<DatasetVersion>(prepared.Output).Manifest == report.Dataset.Manifest)
            {
                manifests.Add(prepared);
            }
        }
        var folders = NamedArtifacts.In(WorkflowJson.ToElement(report)).Select(named => named.Artifact.Path)
            .Where(path => path.StartsWith("stages/", StringComparison.Ordinal)).Select(path => string.Join('/', path.Split('/').Take(3))).Distinct();
        foreach (var folder in folders)
        {
            if (await RunManifests.TryReadAsync(store, $"{folder}/manifest.json", cancellationToken) is { } manifest)
                manifests.Add(manifest);
        }
        return ByName(manifests);
    }

    private static StageCost[] ByName(IEnumerable<StageManifest> manifests) =>
        [.. manifests.GroupBy(manifest => manifest.Name).Select(group => StageCost.Sum(group.Key, group.Select(Of)))];

    private static StageCost Of(StageManifest manifest) => manifest.Usage is { } usage
        ? new StageCost(manifest.Name, 1, 1, usage.Seconds, usage.CpuSeconds, usage.GpuSeconds, usage.Store)
        : new StageCost(manifest.Name, 1, 0, 0, 0, 0, StoreUsage.None);
}
