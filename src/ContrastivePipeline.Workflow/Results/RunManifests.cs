using System.Text.Json;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>Reads the manifests of what a run has done so far.</summary>
internal static class RunManifests
{
    private const int AtOnce = 8;

    /// <summary>A stage that is done, and its manifest.</summary>
    public sealed record Done(RunStage Stage, StageManifest Manifest);

    /// <summary>The manifests of the run's completed stages, in the order of the stages.</summary>
    /// <exception cref="ArtifactMissingException">A manifest is gone.</exception>
    /// <exception cref="InvalidDataException">A manifest is damaged.</exception>
    public static async Task<IReadOnlyList<Done>> ReadAsync(
        ArtifactStore store, RunRecord run, Func<RunStage, bool> which, CancellationToken cancellationToken)
    {
        var (present, gone) = await ReadPresentAsync(store, run, which, cancellationToken);
        return gone is [var first, ..] ? throw Gone(run, first) : present;
    }

    /// <summary>The manifests that the store still has, and the stages that are done but whose manifests are gone.</summary>
    /// <exception cref="InvalidDataException">A manifest is damaged.</exception>
    public static async Task<(IReadOnlyList<Done> Present, IReadOnlyList<RunStage> Gone)> ReadPresentAsync(
        ArtifactStore store, RunRecord run, Func<RunStage, bool> which, CancellationToken cancellationToken)
    {
        var stages = run.Stages.Where(stage => stage.State == RunState.Completed && which(stage)).ToArray();
        var manifests = new StageManifest?[stages.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, stages.Length, options, async (i, stop) =>
            manifests[i] = await TryReadAsync(store, stages[i].Manifest, stop));
        return (
            [.. stages.Zip(manifests).Where(s => s.Second is not null).Select(s => new Done(s.First, s.Second!))],
            [.. stages.Zip(manifests).Where(s => s.Second is null).Select(s => s.First)]);
    }

    private static ArtifactMissingException Gone(RunRecord run, RunStage stage) => new(
        $"Run '{run.Id}' has done {stage.Name} ({stage.Label}), but its manifest {stage.Manifest} is gone. Run again.");

    /// <summary>The manifest at a path, or null.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static async Task<StageManifest?> TryReadAsync(ArtifactStore store, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await store.TryReadAsync(path, cancellationToken) is { } blob ? WorkflowJson.FromBytes<StageManifest>(blob.Content) : null;
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"The manifest {path} is damaged: {broken.Message}", broken);
        }
    }
}
