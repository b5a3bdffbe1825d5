namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>What a run costs.</summary>
/// <param name="Stages">What the stages that are done used, by name, whichever run did them.</param>
/// <param name="Reused">How many of them earlier runs had done.</param>
/// <param name="Lost">What attempts of this run used that failed or were interrupted; those that were killed could not say.</param>
public sealed record RunCosts(IReadOnlyList<StageCost> Stages, StageCost Total, int Reused, StageUsage Lost)
{
    /// <summary>Stages whose manifest has expired or is damaged; what this run's own attempts used is taken from its record.</summary>
    public IReadOnlyList<string> Gone { get; init; } = [];

    /// <summary>What a run has cost so far.</summary>
    public static async Task<RunCosts> ReadAsync(ArtifactStore store, RunRecord run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var gone = new List<RunStage>();
        var done = await RunManifests.ReadAsync(store, run, _ => true, gone.Add, cancellationToken);
        var costs = ByName([.. done.Select(stage => Of(stage.Manifest)), .. gone.Select(Of)]);
        return new RunCosts(
            costs, StageCost.Sum("total", costs), done.Count(stage => stage.Stage.Cached) + gone.Count(stage => stage.Cached),
            run.Stages.Aggregate(StageUsage.None, (sum, stage) => sum + stage.Lost))
        {
            Gone = [.. gone.Select(RunManifests.Gone)],
        };
    }

    /// <summary>What the stages used whose artifacts a report rests on.</summary>
    internal static IReadOnlyList<StageCost> Of(IEnumerable<StageManifest> manifests) => ByName(manifests.Select(Of));

    private static StageCost[] ByName(IEnumerable<StageCost> stages) =>
        [.. stages.GroupBy(stage => stage.Stage).Select(group => StageCost.Sum(group.Key, group))];

    private static StageCost Of(StageManifest manifest) => Of(manifest.Name, manifest.Usage);

    private static StageCost Of(RunStage stage) => Of(stage.Name, stage.Usage == StageUsage.None ? null : stage.Usage);

    private static StageCost Of(string name, StageUsage? usage) => usage is null
        ? new StageCost(name, 1, 0, 0, 0, 0, StoreUsage.None)
        : new StageCost(name, 1, 1, usage.Seconds, usage.CpuSeconds, usage.GpuSeconds, usage.Store);
}
