using System.Diagnostics;

namespace ContrastivePipeline.Tests.Cli;

/// <summary>Machines that were got for training, as real processes.</summary>
public sealed class TwoMachinesTests(LocalStoreFixture local) : IClassFixture<LocalStoreFixture>
{
    private const int Steps = 200;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_machines_never_write_one_checkpoint_even_where_one_slept_through_the_loss_of_its_claim()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Puts a process to sleep with SIGSTOP.");
        var store = await local.OpenAsync();
        var input = await PrepareAsync(store);
        var alone = await OrderAsync(store, input, "alone", 1);
        Assert.Contains("done", await Machine.Start(local.Folder, alone).EndAsync());
        var undisturbed = await OutcomeAsync(store, alone);

        var first = await OrderAsync(store, input, "together", 1);
        using var sleeper = Machine.Start(local.Folder, first);
        await WaitForASaveAsync(store);
        await sleeper.SignalAsync("STOP");
        Assert.Contains(
            "another machine is running it", await Machine.Start(local.Folder, await OrderAsync(store, input, "together", 2)).EndAsync());

        // A store's lock outlives a holder that does not renew it by half a minute.
        await Task.Delay(TimeSpan.FromSeconds(31), Stop);
        var third = await OrderAsync(store, input, "together", 3);
        using var successor = Machine.Start(local.Folder, third);
        await WaitForClaimAsync(store, successor.Id);
        await sleeper.SignalAsync("CONT");
        Assert.Contains("done", await successor.EndAsync());
        await sleeper.EndAsync();

        var disturbed = await OutcomeAsync(store, third);
        Assert.Equal(undisturbed.Checkpoint!.Sha256, disturbed.Checkpoint!.Sha256);
        Assert.Equal(undisturbed.Curve.Sha256, disturbed.Curve.Sha256);
        // Reading verifies that nobody wrote over it.
        await store.ReadAsync(disturbed.Checkpoint!, Stop);
        await store.ReadAsync(disturbed.Curve, Stop);
        await store.ReadAsync(disturbed.Events, Stop);
    }

    /// <summary>A small experiment to its end; then the input of its first segment, made longer.</summary>
    private async Task<TrainSegmentInput> PrepareAsync(ArtifactStore store)
    {
        using var data = new TemporaryFolder();
        var said = await Contrastive.RunAsync("run", ShapesExperiment.Draw(data.Path), "--local", local.Folder, "--out", data.Path);
        Assert.True(said.Code == 0, said.Error);
        var run = (await new RunStore(store).LatestAsync(null, Stop))!;
        var train = run.Stages.First(stage => stage.Name == "train");
        var manifest = WorkflowJson.FromBytes<StageManifest>((await store.TryReadAsync(train.Manifest, Stop))!.Content);
        var input = WorkflowJson.FromElement<TrainSegmentInput>(manifest.Input);
        return input with
        {
            From = 0,
            To = Steps,
            Checkpoint = null,
            CheckpointSeconds = 0,
            Recipe = input.Recipe with { Schedule = input.Recipe.Schedule with { TotalSteps = Steps } },
        };
    }

    private static async Task<StageOrder> OrderAsync(ArtifactStore store, TrainSegmentInput input, string generation, int attempt)
    {
        var order = new StageOrder(
            "shapes-20261123-142045-3f2a", 1, "train", WorkflowJson.ToElement(input), generation, generation.PadRight(64, '0'),
            attempt, "");
        await store.WriteAsync($"launches/{order.Execution}/order.json", WorkflowJson.ToBytes(order), Stop);
        return order;
    }

    private static async Task<TrainedSegment> OutcomeAsync(ArtifactStore store, StageOrder order)
    {
        var blob = await store.TryReadAsync($"launches/{order.Execution}/outcome.json", Stop);
        return WorkflowJson.FromElement<TrainedSegment>(WorkflowJson.FromBytes<LaunchOutcome>(blob!.Content).Output!.Value);
    }

    private static async Task WaitForASaveAsync(ArtifactStore store)
    {
        while (!await store.ListAsync("expiring/train/", Stop)
            .AnyAsync(blob => blob.Path.Contains("/saves/", StringComparison.Ordinal), Stop))
        {
            await Task.Delay(50, Stop);
        }
    }

    private static async Task WaitForClaimAsync(ArtifactStore store, int process)
    {
        while (true)
        {
            await foreach (
                var blob in store.ListAsync("stages/train/", Stop).Where(blob => blob.Path.EndsWith("/lock", StringComparison.Ordinal)))
            {
                if ((await store.TryReadLeaseHolderAsync(blob.Path, Stop))?.Id == process)
                    return;
            }
            await Task.Delay(50, Stop);
        }
    }

    /// <summary>A process of <c>contrastive train-segment</c>.</summary>
    private sealed class Machine : IDisposable
    {
        private readonly Process _process;
        private readonly Task<string> _output;
        private readonly Task<string> _errors;

        private Machine(Process process)
        {
            _process = process;
            _output = process.StandardOutput.ReadToEndAsync();
            _errors = process.StandardError.ReadToEndAsync();
        }

        public int Id => _process.Id;

        public static Machine Start(string local, StageOrder order)
        {
            var program = Path.Combine(AppContext.BaseDirectory, "contrastive");
            var start = new ProcessStartInfo(program, ["train-segment", "--local", local])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["CONTRASTIVE_EXECUTION"] = order.Execution;
            return new Machine(Process.Start(start)!);
        }

        public async Task SignalAsync(string signal)
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
            await kill.WaitForExitAsync(Stop);
        }

        public async Task<string> EndAsync()
        {
            await _process.WaitForExitAsync(Stop);
            Assert.True(_process.ExitCode == 0, await _errors);
            return await _output;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }
            _process.Dispose();
        }
    }
}
