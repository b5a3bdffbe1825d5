using System.Collections.Concurrent;

namespace ContrastivePipeline.Tests.Workflow.RemoteTraining;

/// <summary>The workflow <c>launched-stage</c> with machines of this process, well and ill.</summary>
public sealed class LaunchedStageTests(AzuriteFixture azurite)
{
    // Only machines that never speak may run into these: the patience is for a busy computer.
    private static readonly LaunchOptions Patient = new(
        3, TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));

    private static readonly LaunchOptions Hasty = Patient with { StartGrace = TimeSpan.FromMilliseconds(200) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static MethodStage<Number, Number> Doubling() =>
        new("double", (input, _, _) => Task.FromResult(new Number(input.Value * 2)), StageResource.Training);

    private static async Task<Number> RunAsync(ArtifactStore store, Stage stage, Func<StageJob, StageOrder, Task> machine,
        Machines? machines = null, LaunchOptions? options = null)
    {
        using var lab = new WorkflowLab(store);
        var runner = lab.Runner(stage);
        var launcher = machines ?? new Machines();
        launcher.Body = order => machine(new StageJob(store, null, runner, NullRunObserver.Instance, TimeProvider.System), order);
        launcher.Store = store;
        using var host = new LocalHost(
            runner, new WorkflowRegistry(LaunchedStageWorkflow.Main), WorkflowLab.Options, TimeProvider.System,
            new OperationRegistry(new LaunchOperations(store, launcher, runner.Stages, TimeProvider.System).All));
        var call = new StageCall(stage, WorkflowJson.ToElement(new Number(21)), "");
        var input = new LaunchInput(1, stage.Name, call.Input, "", call.Identity.Fingerprint, "", options ?? Patient);
        var output = await host.RunAsync(
            LaunchedStageWorkflow.Main.Reference, input, new RunScope(LaunchRuns.Id, ""), new RecordingObserver(), Stop);
        await launcher.AllEndedAsync();
        return WorkflowJson.FromElement<Number>(output);
    }

    [Fact]
    public async Task A_machine_that_ends_well_gives_the_stage_s_output_even_where_its_event_is_lost()
    {
        var output = await RunAsync(
            await azurite.OpenStoreAsync(), Doubling(), (job, order) => job.RunAsync(order.Execution, _ => { }, Stop));
        Assert.Equal(42, output.Value);
    }

    [Fact]
    public async Task A_machine_that_dies_silently_is_stopped_and_another_goes_on()
    {
        var machines = new Machines();
        var output = await RunAsync(
            await azurite.OpenStoreAsync(), Doubling(),
            (job, order) => order.Attempt == 1 ? Task.Delay(TimeSpan.FromSeconds(30), machines.Stopped(order))
                : job.RunAsync(order.Execution, _ => { }, Stop),
            machines);
        Assert.Equal(42, output.Value);
        Assert.Equal([1], machines.StoppedAttempts);
    }

    [Fact]
    public async Task A_stage_that_fails_for_good_is_not_given_another_machine()
    {
        var broken = new MethodStage<Number, Number>("double", (_, _, _) => throw new PermanentStageException("the loss is NaN"));
        var error = await Assert.ThrowsAsync<PermanentStageException>(async () =>
            await RunAsync(await azurite.OpenStoreAsync(), broken, (job, order) => job.RunAsync(order.Execution, _ => { }, Stop)));
        Assert.Equal("the loss is NaN", error.Message);
        Assert.Equal(1, broken.Runs);
    }

    [Fact]
    public async Task There_is_an_end_to_machines_that_die()
    {
        var machines = new Machines();
        var error = await Assert.ThrowsAsync<PermanentStageException>(async () =>
            await RunAsync(await azurite.OpenStoreAsync(), Doubling(), (_, _) => Task.CompletedTask, machines, Hasty));
        Assert.Contains("3 machines", error.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], machines.StoppedAttempts);
    }

    [Fact]
    public async Task Waiting_for_a_machine_is_no_loss_and_the_record_says_so()
    {
        var store = await azurite.OpenStoreAsync();
        var runs = new RunStore(store);
        await runs.CreateAsync(LaunchRuns.Record(), Stop);
        var came = new TaskCompletionSource();
        var (looks, seen) = (0, new List<StageProgress?>());
        var machines = new Machines
        {
            State = () =>
            {
                // Longer than a machine that runs may be silent.
                if (++looks == 20)
                    came.SetResult();
                return came.Task.IsCompleted ? MachineState.Running : MachineState.Waiting;
            },
        };
        var output = await RunAsync(
            store, Doubling(),
            async (job, order) =>
            {
                await came.Task;
                seen.Add((await runs.GetAsync(LaunchRuns.Id, Stop))!.Stages.Single().Progress);
                await job.RunAsync(order.Execution, _ => { }, Stop);
            },
            machines, Hasty with { StartGrace = TimeSpan.FromMilliseconds(500), MaxAttempts = 1 });

        Assert.Equal(42, output.Value);
        Assert.Empty(machines.StoppedAttempts);
        Assert.Equal(new StageProgress(0, 1, "machines", "waiting for one"), Assert.Single(seen));
        var run = (await runs.GetAsync(LaunchRuns.Id, Stop))!;
        Assert.Equal((RunState.Completed, 1), (run.Stages.Single().State, run.Stages.Single().Attempts));
        Assert.Equal("asks for machine 1", run.Log[0].Text);
    }

    [Fact]
    public async Task Nobody_waits_for_a_machine_for_ever()
    {
        var machines = new Machines { State = () => MachineState.Waiting };
        var error = await Assert.ThrowsAsync<PermanentStageException>(async () => await RunAsync(
            await azurite.OpenStoreAsync(), Doubling(), (_, _) =>
            Task.CompletedTask, machines, Hasty with { QueueLimit = TimeSpan.FromMilliseconds(300) }));
        Assert.StartsWith("No machine came within 0 hours.", error.Message, StringComparison.Ordinal);
        // Where a day has brought none, seven more days are not asked for.
        Assert.Equal([1], machines.StoppedAttempts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_run_wants_no_machine(bool asked)
    {
        var store = await azurite.OpenStoreAsync();
        var runs = new RunStore(store);
        await runs.CreateAsync(LaunchRuns.Record(), Stop);
        if (!asked)
            await runs.RequestCancelAsync(LaunchRuns.Record(), Stop);
        var machines = new Machines { State = () => MachineState.Waiting };
        var error = await Assert.ThrowsAsync<HostedRunCancelledException>(() => RunAsync(
            store, Doubling(), (_, _) => asked ? runs.RequestCancelAsync(LaunchRuns.Record(), Stop) : Task.CompletedTask, machines));

        Assert.Equal(RunEnd.Cancelled, error.Message);
        Assert.Equal(asked ? 1 : 0, machines.Asked);
        Assert.Equal([1], machines.StoppedAttempts);
    }

    [Fact]
    public async Task Of_two_machines_for_one_stage_the_second_leaves()
    {
        var store = await azurite.OpenStoreAsync();
        using var lab = new WorkflowLab(store);
        var release = new TaskCompletionSource();
        var stage = new MethodStage<Number, Number>("double", async (input, _, _) =>
        {
            await release.Task;
            return new Number(input.Value * 2);
        });
        var runner = lab.Runner(stage);
        var call = new StageCall(stage, WorkflowJson.ToElement(new Number(21)), "");
        var job = new StageJob(store, null, runner, NullRunObserver.Instance, TimeProvider.System);
        var orders = Enumerable.Range(1, 2).Select(attempt =>
            new StageOrder(LaunchRuns.Id, 1, "double", call.Input, "", call.Identity.Fingerprint, attempt, "")).ToArray();
        foreach (var order in orders)
            await store.WriteAsync($"launches/{order.Execution}/order.json", WorkflowJson.ToBytes(order), Stop);

        var first = job.RunAsync(orders[0].Execution, _ => { }, Stop);
        while (stage.Runs == 0)
            await Task.Delay(10, Stop);
        Assert.Null(await job.RunAsync(orders[1].Execution, _ => { }, Stop));
        release.SetResult();
        Assert.NotNull((await first)!.Output);
        Assert.Equal(1, stage.Runs);
    }

    /// <summary>Machines that are tasks of this process.</summary>
    private sealed class Machines : ITrainingLauncher
    {
        private readonly ConcurrentDictionary<int, (Task Body, CancellationTokenSource Stop)> _machines = new();

        public Func<StageOrder, Task> Body { get; set; } = _ => Task.CompletedTask;

        public ArtifactStore? Store { get; set; }

        public ConcurrentQueue<int> StoppedAttempts { get; } = new();

        public int Asked => _machines.Count;

        public CancellationToken Stopped(StageOrder order) => _machines[order.Attempt].Stop.Token;

        public async Task StartAsync(StageOrder order, CancellationToken cancellationToken)
        {
            _machines[order.Attempt] = (Task.CompletedTask, new CancellationTokenSource());
            _machines[order.Attempt] = _machines[order.Attempt] with { Body = Task.Run(() => Body(order), CancellationToken.None) };
            var started = new LaunchStarted(DateTimeOffset.UtcNow, $"machine-{order.Attempt}");
            await Store!.WriteAsync($"launches/{order.Execution}/started.json", WorkflowJson.ToBytes(started), cancellationToken);
        }

        public Func<MachineState> State { get; set; } = () => MachineState.Running;

        public Task<MachineState> GetStatusAsync(string machine, CancellationToken cancellationToken) => Task.FromResult(State());

        public Task StopAsync(StageOrder order, CancellationToken cancellationToken)
        {
            StoppedAttempts.Enqueue(order.Attempt);
            return _machines.TryGetValue(order.Attempt, out var machine) ? machine.Stop.CancelAsync() : Task.CompletedTask;
        }

        public async Task AllEndedAsync()
        {
            foreach (var (body, stop) in _machines.Values)
            {
                await body.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.Dispose();
            }
        }
    }
}
