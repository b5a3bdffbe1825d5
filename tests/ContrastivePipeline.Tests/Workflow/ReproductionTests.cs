using System.Text;
using ContrastivePipeline.Evaluation;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Tests.Storage;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Orchestration;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Tests.Workflow;

/// <summary>The whole reproduction in this process, on pictures that the test draws.</summary>
public sealed class ReproductionTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_experiment_ends_with_a_report_and_a_second_run_does_nothing_again()
    {
        using var folder = new TemporaryFolder();
        var store = await azurite.OpenStoreAsync();
        var first = await RunAsync(store, folder, new Watcher());

        Assert.Equal(["clip", "cyclip+ls"], first.Output.Trials.Select(t => t.Variant));
        var measurements = new List<Measurement>();
        foreach (var trial in first.Output.Trials)
            measurements.AddRange(await EvaluateStage.ReadAsync(store, trial.Measurements, Cancellation));
        Assert.Contains(measurements, m => m is { Variant: "cyclip+ls", Metric: "retrieval/media-to-text/r@1", Split: "test", Seed: 1 });
        Assert.All(measurements, m => Assert.True(double.IsFinite(m.Value), m.Metric));
        var html = Encoding.UTF8.GetString(await store.ReadAsync(first.Output.Report.Html, Cancellation));
        Assert.Contains("CyCLIP + Ls", html);

        var watcher = new Watcher();
        var second = await RunAsync(store, folder, watcher);
        Assert.NotEqual(first.Run.Id, second.Run.Id);
        Assert.Equal(["report"], watcher.Started.Select(s => s.Name));
        Assert.Equal(first.Output.Trials.Select(t => t.Checkpoint), second.Output.Trials.Select(t => t.Checkpoint));
    }

    [Fact]
    public async Task A_run_that_is_interrupted_goes_on_and_ends_with_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        var undisturbed = await RunAsync(await azurite.OpenStoreAsync(), folder, new Watcher());

        var store = await azurite.OpenStoreAsync();
        RunOutcome<ReproductionOutput>? outcome = null;
        var interruptions = 0;
        for (var stopAfter = 3; outcome is null; stopAfter += 2)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            try
            {
                outcome = await RunAsync(store, folder, new Watcher { After = (stopAfter, stop) }, stop.Token);
            }
            catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
            {
                interruptions++;
            }
        }
        Assert.True(interruptions > 1);
        Assert.Equal(undisturbed.Output.Trials.Select(t => t.Checkpoint.Sha256), outcome.Output.Trials.Select(t => t.Checkpoint.Sha256));
        Assert.Equal(undisturbed.Output.Trials.Select(t => t.Measurements.Sha256), outcome.Output.Trials.Select(t => t.Measurements.Sha256));
    }

    private static async Task<RunOutcome<ReproductionOutput>> RunAsync(
        ArtifactStore store, TemporaryFolder folder, IRunObserver observer, CancellationToken? cancellation = null)
    {
        var file = ShapesExperiment.Draw(folder.Path);
        using var http = new HttpClient();
        var runner = new StageRunner(store, ReproductionRegistry.Stages(http), Path.Combine(folder.Path, "scratch"), TimeProvider.System);
        using var host = new LocalHost(runner, new WorkflowRegistry(ReproductionRegistry.Workflows), new LocalHostOptions(), TimeProvider.System);
        var requests = new ReproductionRequests(new ExperimentLibrary(null), _ => throw new InvalidOperationException("No emoji here."));
        var request = await requests.CreateAsync(await ReproductionRequests.ReadAsync(file, Cancellation), store, null, fresh: false, Cancellation);
        return await new RunLauncher(new RunStore(store), host, Nobody.Instance, TimeProvider.System).RunAsync(request, observer, cancellation ?? Cancellation);
    }

    private sealed class Watcher : IRunObserver
    {
        private readonly Lock _lock = new();

        public List<StageIdentity> Started { get; } = [];

        public (int Stages, CancellationTokenSource Stop)? After { get; init; }

        public void Observe(RunEvent happened)
        {
            if (happened is not StageStarted started)
                return;
            lock (_lock)
            {
                Started.Add(started.Stage);
                if (After is { } after && Started.Count >= after.Stages)
                    after.Stop.Cancel();
            }
        }
    }
}
