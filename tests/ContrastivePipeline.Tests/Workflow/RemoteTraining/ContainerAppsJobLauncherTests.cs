namespace ContrastivePipeline.Tests.Workflow.RemoteTraining;

public sealed class ContainerAppsJobLauncherTests(AzuriteFixture azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static StageOrder Order(int attempt = 1) => new(
        "demo-20261123-142045-3f2a", 1, "train", WorkflowJson.ToElement(new Number(1)), "", new string('a', 64), attempt, "");

    private static ContainerAppsJobLauncher Launcher(ArtifactStore store, ArmLookalike arm) =>
        new(store, arm.Job(), TimeProvider.System, TimeSpan.FromMilliseconds(5));

    [Fact]
    public async Task An_order_gets_one_machine_that_knows_it_however_often_it_is_delivered()
    {
        var store = await azurite.OpenStoreAsync();
        await using var arm = await ArmLookalike.StartAsync();
        var order = Order();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Launcher(store, arm).StartAsync(order, Stop)));
        await Launcher(store, arm).StartAsync(order, Stop);

        Assert.Equal(1, arm.Starts);
        Assert.Equal(arm.Machines.Single(), await arm.Job().FindAsync("CONTRASTIVE_EXECUTION", order.Execution, Stop));
        await Launcher(store, arm).StartAsync(Order(2), Stop);
        Assert.Equal(2, arm.Starts);
    }

    [Theory]
    [InlineData(500, false, false)]
    [InlineData(503, true, false)]
    [InlineData(0, true, true)]
    [InlineData(0, false, true)]
    public async Task Where_the_answer_to_a_start_is_lost_it_looks_before_it_asks_again(int status, bool carriedOut, bool cutConnection)
    {
        var store = await azurite.OpenStoreAsync();
        await using var arm = await ArmLookalike.StartAsync();
        arm.OnNextStart(status, carriedOut, cutConnection: cutConnection);

        await Launcher(store, arm).StartAsync(Order(), Stop);

        Assert.Equal(1, arm.Starts);
        Assert.Equal(MachineState.Running, await Launcher(store, arm).GetStatusAsync(arm.Machines.Single(), Stop));
    }

    [Fact]
    public async Task It_waits_while_Azure_is_busy()
    {
        var store = await azurite.OpenStoreAsync();
        await using var arm = await ArmLookalike.StartAsync();
        arm.OnNextStart(429, retryAfter: "0").OnNextStart(409).OnNextStart(502);

        await Launcher(store, arm).StartAsync(Order(), Stop);

        Assert.Equal(1, arm.Starts);
    }

    [Theory]
    [InlineData(403, "Container Apps Jobs Operator")]
    [InlineData(404, "CONTRASTIVE_TRAINING_JOB")]
    [InlineData(400, "asked to")]
    public async Task What_Azure_refuses_is_reported_with_what_to_do(int status, string advice)
    {
        var store = await azurite.OpenStoreAsync();
        await using var arm = await ArmLookalike.StartAsync();
        arm.OnNextStart(status);

        var error = await Assert.ThrowsAsync<LaunchRefusedException>(() => Launcher(store, arm).StartAsync(Order(), Stop));

        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.IsAssignableFrom<IPermanentFailure>(error);
    }

    [Fact]
    public async Task A_process_that_died_after_its_start_left_a_machine_that_the_next_finds()
    {
        var store = await azurite.OpenStoreAsync();
        await using var arm = await ArmLookalike.StartAsync();
        await arm.Job().StartAsync("CONTRASTIVE_EXECUTION", Order().Execution, Stop);

        await Launcher(store, arm).StartAsync(Order(), Stop);

        Assert.Equal(1, arm.Starts);
    }

    [Fact]
    public async Task Stopping_reaches_the_machine_and_bears_to_be_repeated()
    {
        var store = await azurite.OpenStoreAsync();
        await using var arm = await ArmLookalike.StartAsync();
        var launcher = Launcher(store, arm);
        await launcher.StopAsync(Order(), Stop);
        await launcher.StartAsync(Order(), Stop);

        await launcher.StopAsync(Order(), Stop);
        await launcher.StopAsync(Order(), Stop);

        Assert.Equal("Stopped", arm.StatusOf(arm.Machines.Single()));
        Assert.Equal(MachineState.Gone, await launcher.GetStatusAsync(arm.Machines.Single(), Stop));
        Assert.Equal(MachineState.Gone, await launcher.GetStatusAsync("never-heard-of", Stop));
    }

    [Theory]
    [InlineData(null, MachineState.Waiting)]
    [InlineData("Processing", MachineState.Waiting)]
    [InlineData("Unknown", MachineState.Waiting)]
    [InlineData("Running", MachineState.Running)]
    [InlineData("Succeeded", MachineState.Gone)]
    [InlineData("Failed", MachineState.Gone)]
    [InlineData("Degraded", MachineState.Gone)]
    [InlineData("Stopped", MachineState.Gone)]
    public async Task A_machine_that_has_not_begun_is_distinguished_from_one_that_runs_and_one_that_is_gone(
        string? status, MachineState state)
    {
        var store = await azurite.OpenStoreAsync();
        await using var arm = await ArmLookalike.StartAsync();
        var launcher = Launcher(store, arm);
        await launcher.StartAsync(Order(), Stop);
        arm.SetStatus(arm.Machines.Single(), status);

        Assert.Equal(state, await launcher.GetStatusAsync(arm.Machines.Single(), Stop));
    }

    [Fact]
    public async Task A_resumed_run_gets_machines_of_its_own()
    {
        var store = await azurite.OpenStoreAsync();
        await using var arm = await ArmLookalike.StartAsync();
        await Launcher(store, arm).StartAsync(Order(), Stop);
        await Launcher(store, arm).StartAsync(Order() with { Session = 2 }, Stop);
        Assert.Equal(2, arm.Starts);
    }
}
