namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Reads the manifests of what a run has done so far.</summary>
internal static class RunManifests
{
    private const int AtOnce = 8;

    /// <summary>A stage that is done, and its manifest.</summary>
    public sealed record Done(RunStage Stage, StageManifest Manifest);

    /// <summary>The manifests of the run's completed stages, in the order of the stages.</summary>
    /// <param name="gone">Takes the stages whose manifest expired, was deleted or is damaged; the others are read all the same.</param>
    public static async Task<IReadOnlyList<Done>> ReadAsync(
        ArtifactStore store, RunRecord run, Func<RunStage, bool> which, Action<RunStage> gone, CancellationToken cancellationToken)
    {
        var stages = run.Stages.Where(stage => stage.State == RunState.Completed && which(stage)).ToArray();
        var manifests = new StageManifest?[stages.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, stages.Length, options, async (i, stop) =>
            manifests[i] = await StageManifest.TryReadAsync(store, stages[i].Manifest, stop));
        foreach (var (stage, _) in stages.Zip(manifests).Where(pair => pair.Second is null))
            gone(stage);
        return [.. stages.Zip(manifests).Where(pair => pair.Second is not null).Select(pair => new Done(pair.First, pair.Second!))];
    }

    /// <summary>What to say of a stage whose manifest is gone.</summary>
    public static string Gone(RunStage stage) =>
        $"{stage.Name}{(stage.Label.Length > 0 ? $" ({stage.Label})" : "")}: its manifest {stage.Manifest} has expired, was deleted or is "
            + "damaged. "
        + "Run the experiment again to make it again.";
}
