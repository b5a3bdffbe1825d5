namespace ContrastivePipeline.Tests.Workflow;

/// <summary>A stage's time is that of its work, and a run's the sum of its sessions.</summary>
public sealed class RunningTimeTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);
    private static readonly StageIdentity Stage = new("add", "n", new string('0', 64));

    private static RunRecord Record() =>
        new("r", "e", "", "", RunState.Running, Start, null, 1, "", "", default, null, null, [], null);

    private static DateTimeOffset At(double minutes) => Start.AddMinutes(minutes);

    [Fact]
    public void The_time_between_sessions_does_not_count()
    {
        var seen = Record().After(new RunStarted(At(0), "r", false)).After(new StageStarted(At(1), Stage, 1)).SeenAt(At(3));
        var run = seen with { Finished = At(3) };
        Assert.Equal(TimeSpan.FromMinutes(3), run.RunningTime(active: false, At(100)));

        run = (run with { Finished = null, Session = 2 }).After(new RunStarted(At(600), "r", true))
            .After(new StageStarted(At(601), Stage, 1));
        Assert.Equal(TimeSpan.FromMinutes(4), run.RunningTime(active: false, At(700)));
        Assert.Equal(TimeSpan.FromMinutes(8), run.RunningTime(active: true, At(605)));

        run = run.SeenAt(At(610)) with { Finished = At(610) };
        Assert.Equal(TimeSpan.FromMinutes(13), run.RunningTime(active: false, At(9_999)));
        Assert.Equal([1, 2], run.Sessions.Select(session => session.Number));
    }

    [Fact]
    public void Waiting_for_other_runs_does_not_count()
    {
        var run = Record().After(new RunStarted(At(0), "r", false)).After(new RunQueued(At(0), "r")).After(new RunTurnCame(At(50), "r"))
            .SeenAt(At(52));
        Assert.Equal(TimeSpan.FromMinutes(2), (run with { Finished = At(52) }).RunningTime(active: false, At(60)));
    }

    [Fact]
    public void The_end_of_a_run_that_was_killed_is_when_it_was_seen_last()
    {
        var run = Record().After(new RunStarted(At(0), "r", false)).After(new StageStarted(At(5), Stage, 1));
        run = run.After(new RunFinished(At(500), "r", RunState.Interrupted, null)) with { Finished = At(500) };
        Assert.Equal(TimeSpan.FromMinutes(5), run.RunningTime(active: false, At(600)));
    }

    [Fact]
    public void Records_of_older_programs_have_the_time_that_they_can_have()
    {
        Assert.Equal(TimeSpan.FromMinutes(9), (Record() with { Finished = At(9) }).RunningTime(active: false, At(60)));
        Assert.Equal(TimeSpan.FromMinutes(60), Record().RunningTime(active: true, At(60)));
        Assert.Null(Record().RunningTime(active: false, At(60)));
    }

    [Fact]
    public async Task A_stage_that_waits_for_its_turn_is_not_at_work()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var clock = new ManualClock();
        // The only slot is taken for an hour by the first; the second works for a minute.
        var stage = new MethodStage<Number, Number>("train", (input, _, _) =>
        {
            clock.Advance(input.Value == 1 ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(1));
            return Task.FromResult(input);
        }, StageResource.Training);
        var workflow = new WorkflowDefinition<Number, Number>("root", async (context, _) =>
        {
            await Task.WhenAll(context.CallAsync(stage.Reference, new Number(1)), context.CallAsync(stage.Reference, new Number(2)));
            return new Number(0);
        });
        var runner = new StageRunner(lab.Store, new StageRegistry([stage]), lab.Scratch, clock);
        using var host = new LocalHost(runner, new WorkflowRegistry([workflow]), WorkflowLab.Options with { TrainingStages = 1 }, clock);
        var observer = new RecordingObserver();

        await host.RunAsync(
            new WorkflowReference<Number, Number>("root"), new Number(0), new RunScope("root-1", ""), observer,
            TestContext.Current.CancellationToken);

        var completed = observer.Events.OfType<StageCompleted>().ToDictionary(done => done.Stage.Label);
        Assert.Equal((60, 1), (completed["n-1"].Elapsed.TotalMinutes, completed["n-2"].Elapsed.TotalMinutes));
        Assert.Equal((3600, 60), (completed["n-1"].Usage.Seconds, completed["n-2"].Usage.Seconds));
        var record = observer.Events.Aggregate(Record(), RunRecordReducer.After);
        Assert.Equal([3600, 60], record.Stages.OrderBy(s => s.Label).Select(s => s.Seconds));
    }

    [Fact]
    public async Task Waiting_for_another_process_at_the_same_stage_is_no_work()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = new MethodStage<Number, Number>("add", (input, _, _) => Task.FromResult(input));
        var call = new StageCall(stage, WorkflowJson.ToElement(new Number(1)), "");
        var other = await lab.Store.TryAcquireLeaseAsync(call.Identity.Prefix + "/lock", TestContext.Current.CancellationToken);
        var waits = new TaskCompletionSource();
        using var attempt = new StageAttempt(1, TimeProvider.System, note: _ => waits.TrySetResult());

        var running = lab.Runner(stage).RunAsync(call, attempt, TestContext.Current.CancellationToken);
        await waits.Task;
        var waited = attempt.Usage.Seconds;
        await other!.DisposeAsync();
        await running;

        var manifest = WorkflowJson.FromBytes<StageManifest>(
            (await lab.Store.TryReadAsync(call.Identity.ManifestPath, TestContext.Current.CancellationToken))!.Content);
        // It polled for at least a second after it began to wait; its own work is a few requests.
        Assert.True(manifest.Usage!.Seconds <= (manifest.Finished - manifest.Started).TotalSeconds + 0.5,
            $"{manifest.Usage.Seconds} s, waited {waited} s");
    }

    /// <summary>A clock whose timestamps a test moves.</summary>
    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }
}
