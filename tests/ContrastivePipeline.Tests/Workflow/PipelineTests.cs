using System.Text;

namespace ContrastivePipeline.Tests.Workflow;

/// <summary>The whole reproduction in this process, on images that the test draws.</summary>
public sealed class PipelineTests(AzuriteFixture azurite)
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
            measurements.AddRange(await EvaluateStage.ReadAsync(store, trial.Evaluated.Single().Measurements, Cancellation));
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
        RunOutcome<PipelineOutput>? outcome = null;
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
        Assert.Equal(undisturbed.Output.Trials.Select(t => t.Checkpoint!.Sha256), outcome.Output.Trials.Select(t => t.Checkpoint!.Sha256));
        Assert.Equal(
            undisturbed.Output.Trials.Select(t => t.Evaluated.Single().Measurements.Sha256),
            outcome.Output.Trials.Select(t => t.Evaluated.Single().Measurements.Sha256));
    }

    [Fact]
    public async Task No_output_has_a_name_that_another_attempt_would_write_other_bytes_under()
    {
        using var folder = new TemporaryFolder();
        var store = await azurite.OpenStoreAsync();
        var run = (await RunAsync(store, folder, new Watcher())).Run;
        foreach (var stage in run.Stages)
        {
            var manifest = (await StageManifest.TryReadAsync(store, stage.Manifest, Cancellation))!;
            Assert.All(
                NamedArtifacts.In(manifest.Output).Select(named => named.Artifact)
                .Where(a => !a.Path.StartsWith("datasets/", StringComparison.Ordinal)),
                artifact => Assert.Contains($"-{artifact.Sha256[..8]}", artifact.Path, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_expires_stops_no_reader_and_nothing_is_trained_again_that_led_to_weights_which_are_there()
    {
        using var folder = new TemporaryFolder();
        var store = await azurite.OpenStoreAsync();
        var first = await RunAsync(store, folder, new Watcher());
        Assert.All(first.Output.Trials, trial => Assert.False(ExpiringArtifacts.Includes(trial.Checkpoint!.Path)));
        await DeleteAsync(store, ExpiringArtifacts.Folder, atLeast: 4);

        await RequireReadableAsync(store, first.Run, gone: 0);
        using var into = new TemporaryFolder();
        var pulled = await new RunPull(store, first.Run).PullAsync(into.Path, _ => true, new Progress<StageProgress>(), Cancellation);
        Assert.Empty(pulled.Faults);
        Assert.Equal(4, pulled.Expired.Count);
        Assert.All(pulled.Expired, said => Assert.Contains("expired", said, StringComparison.Ordinal));

        var watcher = new Watcher();
        await RunAsync(store, folder, watcher);
        Assert.Equal(["report"], watcher.Started.Select(s => s.Name));

        // Without the weights there is nothing that the segments led to: all is trained again, to the same bytes.
        foreach (var trial in first.Output.Trials)
            await store.DeleteAsync(trial.Checkpoint!.Path, Cancellation);
        watcher = new Watcher();
        var again = await RunAsync(store, folder, watcher);
        Assert.Equal(6, watcher.Started.Count(s => s.Name == "train"));
        Assert.Equal(first.Output.Trials.Select(t => t.Checkpoint), again.Output.Trials.Select(t => t.Checkpoint));
    }

    [Fact]
    public async Task Readers_do_without_what_the_rule_of_an_older_program_deleted()
    {
        using var folder = new TemporaryFolder();
        var store = await azurite.OpenStoreAsync();
        var run = (await RunAsync(store, folder, new Watcher())).Run;
        // All of the stage, manifests and curves too.
        await DeleteAsync(store, "stages/train/", atLeast: 6);
        await DeleteAsync(store, ExpiringArtifacts.Folder, atLeast: 4);

        await RequireReadableAsync(store, run, gone: 6);
        var costs = await RunCosts.ReadAsync(store, run, Cancellation);
        Assert.Equal((6, 6), costs.Stages.Where(cost => cost.Stage == "train").Select(cost => (cost.Stages, cost.Metered)).Single());
    }

    [Theory]
    [InlineData("evaluate", "evaluate")]
    [InlineData("embed", "embed")]
    [InlineData("tokenizer", "tokenizer")]
    [InlineData("datasets/", "prepare-dataset")]
    public async Task What_is_damaged_is_found_by_a_repair_and_made_again_and_nothing_else(string where, string stage)
    {
        using var folder = new TemporaryFolder();
        var address = await azurite.NewAddressAsync();
        var store = await ArtifactStore.OpenAsync(address, Cancellation);
        var run = (await RunAsync(store, folder, new Watcher())).Run;
        var victim = (await RunArtifacts.ReadAsync(store, run, Cancellation)).All.Last(
            a => a.Stage == where || a.Path.StartsWith(where, StringComparison.Ordinal)
            && a.Path.EndsWith(".parquet", StringComparison.Ordinal));
        var content = await store.ReadAsync(victim.Blob(), Cancellation);
        await Damage.WriteAsync(address, victim.Path, [.. content.Reverse()]);

        var repaired = await new RunRepair(store, run).RunAsync(new Progress<StageProgress>(), Cancellation);
        Assert.Equal([victim.Path], repaired.Removed.Select(a => a.Path));
        var watcher = new Watcher();
        await RunAsync(store, folder, watcher);

        Assert.Equal(stage, Assert.Single(watcher.Started, s => s.Name != "report").Name);
        Assert.Equal(content, await store.ReadAsync(victim.Blob(), Cancellation));
        Assert.True((await new RunRepair(store, run).RunAsync(new Progress<StageProgress>(), Cancellation)).IsWhole);
    }

    /// <summary>Every reader of what a run made, once.</summary>
    private static async Task RequireReadableAsync(ArtifactStore store, RunRecord run, int gone)
    {
        Assert.Equal(gone, (await RunArtifacts.ReadAsync(store, run, Cancellation)).Gone.Count);
        Assert.Equal(gone, (await RunCosts.ReadAsync(store, run, Cancellation)).Gone.Count);
        var numbers = await new RunProducts(store, run).ReadMeasurementsAsync(Cancellation);
        Assert.NotEmpty(numbers);
        await new RunProducts(store, run).ReadReportAsync(Cancellation);
        await new ModelFinder(store, run).FindAsync(null, null, Cancellation);
        await RunCurves.ReadAsync(store, run, Cancellation);
        var lineage = await LineageReader.OpenAsync(store, run, Cancellation);
        Assert.NotEmpty((await lineage.ExplainAsync(numbers[0], Cancellation)).Stages);
        Assert.True((await lineage.RecomputeAsync(numbers[0], Cancellation)).IsIdentical);
    }

    private static async Task DeleteAsync(ArtifactStore store, string prefix, int atLeast)
    {
        var blobs = await store.ListAsync(prefix, Cancellation).ToListAsync(Cancellation);
        Assert.True(blobs.Count >= atLeast, $"{blobs.Count} blobs in {prefix}");
        foreach (var blob in blobs)
            await store.DeleteAsync(blob.Path, Cancellation);
    }

    private static async Task<RunOutcome<PipelineOutput>> RunAsync(
        ArtifactStore store, TemporaryFolder folder, IRunObserver observer, CancellationToken? cancellation = null)
    {
        var file = ShapesExperiment.Draw(folder.Path);
        using var http = new HttpClient();
        var runner = new StageRunner(store, PipelineRegistry.Stages(http), Path.Combine(folder.Path, "scratch"), TimeProvider.System);
        using var host = new LocalHost(
            runner, new WorkflowRegistry(PipelineRegistry.Workflows), new LocalHostOptions(), TimeProvider.System);
        var requests = new PipelineRequests(new ExperimentLibrary(null), _ => throw new InvalidOperationException("No emoji here."));
        var request = await requests.CreateAsync(
            await PipelineRequests.ReadAsync(file, Cancellation), store, null, fresh: false, Cancellation);
        return await new RunLauncher(new RunStore(store), host, NullRunObserver.Instance, TimeProvider.System)
            .RunAsync(request, observer, cancellation ?? Cancellation);
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
