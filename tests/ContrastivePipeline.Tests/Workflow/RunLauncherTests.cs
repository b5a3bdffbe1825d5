namespace ContrastivePipeline.Tests.Workflow;

public sealed class RunLauncherTests(AzuriteFixture azurite)
{
    private static readonly WorkflowReference<Number, Number> Chain = new("chain");

    /// <summary>Adds one in each of <paramref name="links"/> stages, one after the other.</summary>
    private static WorkflowDefinition ChainOf(Stage<Number, Number> stage, int links = 3) =>
        new WorkflowDefinition<Number, Number>("chain", async (context, input) =>
        {
            for (var i = 0; i < links; i++)
            {
                context.Report(new WorkflowStatus("adding", i, links));
                input = await context.CallAsync(stage.Reference, input);
            }
            return input;
        });

    private static RunRequest<Number, Number> Request(int start = 0, bool fresh = false) => new("demo", Chain, new Number(start), fresh);

    private static MethodStage<Number, Number> Adding(Func<Number, CancellationToken, Task>? before = null) =>
        new("add", async (input, _, ct) =>
        {
            if (before is not null)
                await before(input, ct);
            return new Number(input.Value + 1);
        });

    [Fact]
    public async Task Records_a_run()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = Adding();
        using var host = lab.Host(ChainOf(stage), stage);
        var ct = TestContext.Current.CancellationToken;

        var outcome = await lab.Launcher(host).RunAsync(Request(), new RecordingObserver(), ct);

        Assert.Equal(new Number(3), outcome.Output);
        var stored = await lab.Runs.GetAsync(outcome.Run.Id, ct);
        Assert.NotNull(stored);
        Assert.Equal(RunState.Completed, stored.State);
        Assert.NotNull(stored.Finished);
        Assert.Equal(new WorkflowStatus("adding", 2, 3), stored.Status);
        Assert.Equal("""{"value":3}""", CanonicalJson.Of(stored.Output!.Value));
        Assert.Equal(["n-0", "n-1", "n-2"], stored.Stages.Select(s => s.Label));
        Assert.All(stored.Stages, s => Assert.Equal((RunState.Completed, false, 1), (s.State, s.Cached, s.Attempts)));
        foreach (var recorded in stored.Stages)
            Assert.NotNull(await lab.Store.TryReadAsync(recorded.Manifest, ct));
        Assert.Matches("^demo-[0-9]{8}-[0-9]{6}-[0-9a-f]{4}$", stored.Id);
        Assert.Equal(stored.Id, (await lab.Runs.LatestAsync("demo", ct))?.Id);
        Assert.Null(await lab.Runs.LatestAsync("other", ct));
        Assert.Null(await lab.Runs.GetAsync("demo-20000101-000000-0000", ct));
        Assert.Null(await lab.Runs.GetAsync("nonsense", ct));
        Assert.False(await lab.Runs.IsActiveAsync("demo", ct));
    }

    [Fact]
    public async Task A_completed_run_once_more_is_a_new_run_in_which_all_is_cached()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = Adding();
        using var host = lab.Host(ChainOf(stage), stage);
        var ct = TestContext.Current.CancellationToken;

        var first = await lab.Launcher(host).RunAsync(Request(), new RecordingObserver(), ct);
        var second = await lab.Launcher(host).RunAsync(Request(), new RecordingObserver(), ct);

        Assert.NotEqual(first.Run.Id, second.Run.Id);
        Assert.Equal(3, stage.Runs);
        Assert.All(second.Run.Stages, s => Assert.True(s.Cached));
    }

    [Fact]
    public async Task A_fresh_run_does_all_anew_and_later_runs_use_it()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = Adding();
        using var host = lab.Host(ChainOf(stage), stage);
        var launcher = lab.Launcher(host);
        var ct = TestContext.Current.CancellationToken;

        await launcher.RunAsync(Request(), new RecordingObserver(), ct);
        var fresh = await launcher.RunAsync(Request(fresh: true), new RecordingObserver(), ct);
        Assert.Equal(6, stage.Runs);
        Assert.Equal(fresh.Run.Id, fresh.Run.Generation);

        var after = await launcher.RunAsync(Request(), new RecordingObserver(), ct);
        Assert.Equal(6, stage.Runs);
        Assert.Equal(fresh.Run.Stages.Select(s => s.Fingerprint), after.Run.Stages.Select(s => s.Fingerprint));
    }

    [Fact]
    public async Task A_stopped_run_goes_on_under_its_id()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        using var stop = new CancellationTokenSource();
        var hold = true;
        var stage = Adding(async (input, ct) =>
        {
            if (input.Value == 1 && hold)
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, ct);
            }
        });
        using var host = lab.Host(ChainOf(stage), stage);
        var launcher = lab.Launcher(host);
        var ct = TestContext.Current.CancellationToken;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => launcher.RunAsync(Request(), new RecordingObserver(), stop.Token));
        var stopped = await lab.Runs.LatestAsync("demo", ct);
        Assert.Equal(RunState.Interrupted, stopped!.State);
        Assert.Equal([RunState.Completed, RunState.Interrupted], stopped.Stages.Select(s => s.State));
        Assert.Equal(2, stage.Runs);

        hold = false;
        var observer = new RecordingObserver();
        var outcome = await launcher.RunAsync(Request(), observer, ct);

        Assert.Equal(stopped.Id, outcome.Run.Id);
        Assert.Equal(2, outcome.Run.Session);
        Assert.Equal(new Number(3), outcome.Output);
        Assert.Equal(4, stage.Runs);
        Assert.True(Assert.IsType<RunStarted>(observer.Events[0]).Resumed);
        Assert.Equal(3, outcome.Run.Stages.Count);
        Assert.False(outcome.Run.Stages[0].Cached, "the run itself did it, before it was stopped");
    }

    [Fact]
    public async Task A_failed_run_tells_why_and_goes_on_when_the_cause_is_gone()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var broken = true;
        var stage = Adding((input, _) => input.Value == 2 && broken ? throw new PermanentStageException("bad row 17") : Task.CompletedTask);
        using var host = lab.Host(ChainOf(stage), stage);
        var ct = TestContext.Current.CancellationToken;
        var observer = new RecordingObserver();

        await Assert.ThrowsAsync<StageFailedException>(() => lab.Launcher(host).RunAsync(Request(), observer, ct));
        var failed = await lab.Runs.LatestAsync("demo", ct);
        Assert.Equal((RunState.Failed, "Stage add (n-2) failed: bad row 17"), (failed!.State, failed.Error));
        Assert.Equal("bad row 17", failed.Stages[2].Error);
        Assert.Equal(failed.Error, Assert.IsType<RunFinished>(observer.Events[^1]).Error);

        broken = false;
        var outcome = await lab.Launcher(host).RunAsync(Request(), new RecordingObserver(), ct);
        Assert.Equal(failed.Id, outcome.Run.Id);
        Assert.Null(outcome.Run.Error);
        Assert.Equal(4, stage.Runs);
    }

    [Fact]
    public async Task Another_input_is_another_run()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = Adding((input, _) => input.Value == 1 ? throw new PermanentStageException("no") : Task.CompletedTask);
        using var host = lab.Host(ChainOf(stage), stage);
        var ct = TestContext.Current.CancellationToken;

        await Assert.ThrowsAsync<StageFailedException>(() => lab.Launcher(host).RunAsync(Request(0), new RecordingObserver(), ct));
        var other = await lab.Launcher(host).RunAsync(Request(10), new RecordingObserver(), ct);

        Assert.Equal(1, other.Run.Session);
        var all = new List<string>();
        await foreach (var run in lab.Runs.ListAsync("demo", ct))
            all.Add(run.Id);
        Assert.Equal(2, all.Count);
    }

    [Fact]
    public async Task A_run_that_a_later_session_took_over_ends_without_harm()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var ct = TestContext.Current.CancellationToken;
        var stage = Adding(async (input, token) =>
        {
            if (input.Value == 2 && await lab.Runs.LatestAsync("demo", token) is { } run)
                await Overwrite(lab.Store, run with { Session = run.Session + 1 }, token);
        });
        using var host = lab.Host(ChainOf(stage), stage);

        var fault = await Assert.ThrowsAsync<RunTakenOverException>(
            () => lab.Launcher(host).RunAsync(Request(), new RecordingObserver(), ct));
        Assert.Contains("demo-", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await lab.Runs.LatestAsync("demo", ct))!.Session);
    }

    [Fact]
    public void A_record_of_an_older_program_is_read()
    {
        const string Old =
            """
            {"id":"demo-20260101-000000-0000","experiment":"demo","inputFingerprint":"ab","generation":"","state":"completed",
             "started":"2026-01-01T00:00:00+00:00","finished":null,"session":1,"codeVersion":"0.1.0","machine":"m","input":{},
             "output":null,"status":null,"error":null,
             "stages":[{"name":"add","label":"","fingerprint":"cd","manifest":"m","state":"completed","cached":false,"attempts":1,
                        "seconds":2,"progress":null,"error":null}]}
            """;

        var run = WorkflowJson.FromBytes<RunRecord>(System.Text.Encoding.UTF8.GetBytes(Old));

        Assert.Empty(run.Log);
        Assert.Null(Assert.Single(run.Stages).Started);
    }

    [Fact]
    public void A_log_keeps_its_last_lines()
    {
        var at = DateTimeOffset.UnixEpoch;
        var run = new RunRecord("r", "e", "", "", RunState.Running, at, null, 1, "", "", default, null, null, [], null);
        var stage = new StageIdentity("add", "n", new string('0', 64));
        for (var i = 0; i < RunRecord.LogLength + 5; i++)
            run = run.After(new StageNoted(at, stage, $"line {i}"));

        Assert.Equal(RunRecord.LogLength, run.Log.Count);
        Assert.Equal(("add (n)", "line 5"), (run.Log[0].Stage, run.Log[0].Text));
    }

    private static Task<Artifact> Overwrite(ArtifactStore store, RunRecord run, CancellationToken ct) =>
        store.WriteAsync($"runs/{run.Experiment}/{run.Id}/run.json", WorkflowJson.ToBytes(run), ct);

    [Theory]
    [InlineData("demo-20261123-142045-3f2a", "demo")]
    [InlineData("paper-vl-20261123-142045-3f2a", "paper-vl")]
    [InlineData("latest", null)]
    [InlineData("", null)]
    public void An_id_names_its_experiment(string id, string? experiment) => Assert.Equal(experiment, RunId.ExperimentOf(id));
}
