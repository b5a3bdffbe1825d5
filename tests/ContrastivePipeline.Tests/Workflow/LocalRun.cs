using System.Collections.Concurrent;

namespace ContrastivePipeline.Tests.Workflow;

/// <summary>Runs an experiment without emoji in this process.</summary>
internal static class LocalRun
{
    /// <returns>What the run made, and the stages that it did itself.</returns>
    public static async Task<(PipelineOutput Output, IReadOnlyList<StageIdentity> Started)> RunAsync(
        ArtifactStore store, ExperimentText text, TemporaryFolder folder)
    {
        var stop = TestContext.Current.CancellationToken;
        var requests = new PipelineRequests(new ExperimentLibrary(null), _ => throw new InvalidOperationException("No emoji here."));
        var request = await requests.CreateAsync(text, store, null, fresh: false, stop);
        using var pipeline = new LocalPipeline(store, Path.Combine(folder.Path, "scratch"), TimeProvider.System);
        var watcher = new Watcher();
        return ((await pipeline.Launcher.RunAsync(request, watcher, stop)).Output, [.. watcher.Started]);
    }

    /// <summary>Runs the text of an experiment file in a folder.</summary>
    public static async Task<(PipelineOutput Output, IReadOnlyList<StageIdentity> Started)> RunAsync(
        ArtifactStore store, string yaml, TemporaryFolder folder) =>
        await RunAsync(
            store, await PipelineRequests.ReadAsync(folder.Write("experiment.yaml", yaml), TestContext.Current.CancellationToken), folder);

    private sealed class Watcher : IRunObserver
    {
        public ConcurrentBag<StageIdentity> Started { get; } = [];

        public void Observe(RunEvent happened)
        {
            if (happened is StageStarted started)
                Started.Add(started.Stage);
        }
    }
}
