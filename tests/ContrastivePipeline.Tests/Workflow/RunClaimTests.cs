namespace ContrastivePipeline.Tests.Workflow;

/// <summary>Starts, resumes and cancels that meet each other.</summary>
public sealed class RunClaimTests(AzuriteFixture azurite)
{
    private static readonly MethodStage<Number, Number> Double =
        new("double", (number, _, _) => Task.FromResult(new Number(2 * number.Value)));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancel_of_a_later_session_outlasts_one_of_an_earlier()
    {
        var runs = new RunStore(await azurite.OpenStoreAsync());
        await runs.RequestCancelAsync(Record() with { Session = 3 }, Stop);
        await runs.RequestCancelAsync(Record() with { Session = 2 }, Stop);

        Assert.True(await runs.IsCancelRequestedAsync(Record() with { Session = 3 }, Stop));
        Assert.False(await runs.IsCancelRequestedAsync(Record() with { Session = 4 }, Stop));
    }

    [Fact]
    public async Task Of_many_that_open_the_next_session_one_does()
    {
        var runs = new RunStore(await azurite.OpenStoreAsync());
        await runs.CreateAsync(Record(), Stop);
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => runs.TryOpenSessionAsync(Record(), run => run with { Session = run.Session + 1 }, Stop), Stop)));

        Assert.Single(opened, run => run is not null);
        Assert.Equal(2, (await runs.GetAsync(Record().Id, Stop))!.Session);
    }

    [Theory]
    [InlineData(RunState.Running)]
    [InlineData(RunState.Interrupted)]
    public async Task A_run_on_which_a_host_still_works_is_not_opened_and_its_record_stays(RunState state)
    {
        var runs = new RunStore(await azurite.OpenStoreAsync());
        var run = Record() with { State = state, Host = "elsewhere" };
        await runs.CreateAsync(run, Stop);
        var request = new RunRequest<Number, Number>(
            run.Experiment, new WorkflowReference<Number, Number>("w"), new Number(1), Fresh: false)
        {
            Host = "elsewhere",
        };
        var book = new RunRegistrar(runs, TimeProvider.System, (_, _) => Task.FromResult(true));

        await Assert.ThrowsAsync<RunBusyException>(
            () => book.OpenAsync(request, TimeSpan.FromSeconds(0.3), null, NullRunObserver.Instance, Stop));
        Assert.Equal(1, (await runs.GetAsync(run.Id, Stop))!.Session);

        // It ends a moment after its record said so.
        var looks = 0;
        var patient = new RunRegistrar(runs, TimeProvider.System, (_, _) => Task.FromResult(state == RunState.Interrupted && looks++ == 0));
        await using var booked = await patient.OpenAsync(request, TimeSpan.FromSeconds(30), null, NullRunObserver.Instance, Stop);
        Assert.Equal(state == RunState.Interrupted ? 2 : 0, looks);
    }

    [Fact]
    public async Task A_run_that_is_just_being_opened_is_asked_to_stop_and_not_taken_for_dead()
    {
        var store = await azurite.OpenStoreAsync();
        using var pipeline = new LocalPipeline(store, Path.GetTempPath(), TimeProvider.System);
        var requests = new PipelineRequests(ExperimentLibrary.OfProcess(), _ => throw new InvalidOperationException("no emoji here"));
        await using var control = new LocalRunControl(pipeline, requests, new LocalRunControlOptions(), NullRunObserver.Instance);
        await pipeline.Runs.CreateAsync(Record(), Stop);
        await using (await pipeline.Runs.TryClaimAsync(Record().Experiment, Stop))
            await control.CancelAsync(Record().Id, Stop);

        Assert.Equal(RunState.Running, (await pipeline.Runs.GetAsync(Record().Id, Stop))!.State);
        Assert.True(await pipeline.Runs.IsCancelRequestedAsync(Record(), Stop));

        await control.CancelAsync(Record().Id, Stop);
        Assert.Equal(RunState.Interrupted, (await pipeline.Runs.GetAsync(Record().Id, Stop))!.State);
    }

    [Fact]
    public async Task An_attempt_that_lost_its_worker_is_counted_apart_and_said()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var call = new StageCall(Double, WorkflowJson.ToElement(new Number(4)), "");
        var before = new RunStage(
            "double", "n-4", call.Identity.Fingerprint, call.Identity.ManifestPath, RunState.Running, false, 1, 0, null, null);
        await lab.Runs.CreateAsync(Record() with { Stages = [before] }, Stop);
        var host = new ActivityHost(lab.Runner(Double), new OperationRegistry([]), lab.Runs, NullRunObserver.Instance, TimeProvider.System);

        await host.RunStageAsync(new StageRequest(Record().Id, "double", WorkflowJson.ToElement(new Number(4)), ""), Stop);

        var run = (await lab.Runs.GetAsync(Record().Id, Stop))!;
        var stage = Assert.Single(run.Stages);
        Assert.Equal((RunState.Completed, 2, 1), (stage.State, stage.Attempts, stage.LostWorkers));
        Assert.Contains(run.Log, line => line.Text.StartsWith("attempt 1 was lost with its worker", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_activity_answers_with_whatever_it_cannot_do()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var away = new MethodStage<Number, Number>("away", (_, _, _) => throw new HttpRequestException("The network is away."));
        var host = new ActivityHost(lab.Runner(away), new OperationRegistry([]), lab.Runs, NullRunObserver.Instance, TimeProvider.System);
        var input = WorkflowJson.ToElement(new Number(1));

        var unknown = await host.FindAsync(new StageRequest("", "no-such-stage", input, ""), Stop);
        Assert.Contains("no-such-stage", unknown.Failure, StringComparison.Ordinal);
        Assert.False(unknown.MayPass);
        var deleted = await host.RunStageAsync(new StageRequest("shapes-20300101-000000-ffff", "away", input, ""), Stop);
        Assert.Equal((null, false), (deleted.Output?.GetRawText(), deleted.MayPass));
        var transient = await host.RunStageAsync(new StageRequest("", "away", input, ""), Stop);
        Assert.True(transient.MayPass);
        Assert.EndsWith("The network is away.", transient.Failure, StringComparison.Ordinal);
    }

    private static RunRecord Record()
    {
        var input = WorkflowJson.ToElement(new Number(1));
        return new RunRecord(
            "shapes-20300101-000000-abcd", "shapes", Fingerprint.Of(new Number(1)), "", RunState.Running, DateTimeOffset.UnixEpoch, null, 1,
            "1", "here", input, null, null, [], null);
    }
}
