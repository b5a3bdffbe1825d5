using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>What starts orchestrations, and what tells them of events.</summary>
public sealed class TriggerTests : IDisposable
{
    private readonly AzuriteFixture _azurite;
    private readonly TemporaryFolder _folder = new();
    private readonly TaskCompletionSource _held = new();

    public TriggerTests(AzuriteFixture azurite)
    {
        _azurite = azurite;
        ShapesExperiment.Draw(_folder.Path);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _held.TrySetResult();
        _folder.Dispose();
    }

    private (DurableRunControl Control, PipelineRequests Requests) Control(ArtifactStore store)
    {
        var requests = new PipelineRequests(new ExperimentLibrary(_folder.Path), _ => throw new NotSupportedException("No emoji here."));
        return (new DurableRunControl(store, requests, new FunctionsSettings("", null, 3, []), TimeProvider.System), requests);
    }

    [Fact]
    public async Task A_run_is_an_orchestration_of_its_id_and_no_other_host_takes_it()
    {
        var store = await _azurite.OpenStoreAsync();
        var (control, requests) = Control(store);
        await using var durable = await StartAsync();
        using var client = CurrentClient.Use(durable.Client);
        var start = new RunStart("shapes", null, IdempotencyKey: "once");

        var ticket = await control.StartAsync(start, Cancellation);
        Assert.Equal(ticket with { Repeated = true }, await control.StartAsync(start, Cancellation));

        var instance = Assert.Single(await durable.Client.GetAllInstancesAsync().ToArrayAsync(Cancellation));
        Assert.Equal(("ReproductionOrchestration", ticket.RunId), (instance.Name, instance.InstanceId));
        var input = await InputAsync(durable, ticket.RunId);
        Assert.Equal(new OrchestrationScope(ticket.RunId, 1, "", "train", null, 3), input.Scope);
        var run = await new RunStore(store).GetAsync(ticket.RunId, Cancellation);
        Assert.Equal((RunState.Running, "durable-functions"), (run!.State, run.Host));
        Assert.Equal(CanonicalJson.Of(run.Input), CanonicalJson.Of(input.Input));
        await Assert.ThrowsAsync<RunBusyException>(() => control.StartAsync(new RunStart("shapes", null), Cancellation));

        using var pipeline = new LocalPipeline(store, _folder.Path, TimeProvider.System);
        await using var local = new LocalRunControl(pipeline, requests, new LocalRunControlOptions(), NullRunObserver.Instance);
        await Assert.ThrowsAsync<RunBusyException>(() => local.StartAsync(new RunStart("shapes", null), Cancellation));

        // The orchestration died and recorded nothing: the run resumes under its id.
        await KillAsync(durable, ticket.RunId);
        Assert.Equal(ticket with { Resumed = true }, await control.StartAsync(new RunStart("shapes", null), Cancellation));
        Assert.Equal(2, (await InputAsync(durable, ticket.RunId)).Scope.Session);
        // What the first session left running is to stop, and only that.
        var runs = new RunStore(store);
        var resumed = (await runs.GetAsync(ticket.RunId, Cancellation))!;
        Assert.False(await runs.IsCancelRequestedAsync(resumed, Cancellation));
        Assert.True(await runs.IsCancelRequestedAsync(resumed with { Session = 1 }, Cancellation));
    }

    [Fact]
    public async Task Of_many_starts_and_resumes_at_once_one_wins_and_no_session_is_stopped()
    {
        var store = await _azurite.OpenStoreAsync();
        await using var durable = await StartAsync();
        using var client = CurrentClient.Use(durable.Client);
        var runs = new RunStore(store);
        // Each as if it were a host of its own.
        var started = await AtOnceAsync(
            number => Control(store).Control.StartAsync(new RunStart("shapes", null, IdempotencyKey: $"key {number}"), Cancellation));
        var id = Assert.Single(started, ticket => ticket is not null)!.RunId;
        var run = (await runs.GetAsync(id, Cancellation))!;
        Assert.Equal((RunState.Running, 1), (run.State, run.Session));
        Assert.False(await runs.IsCancelRequestedAsync(run, Cancellation));

        await KillAsync(durable, id);
        Assert.Single(await AtOnceAsync(_ => Control(store).Control.ResumeAsync(id, Cancellation)), ticket => ticket is not null);
        run = (await runs.GetAsync(id, Cancellation))!;
        Assert.Equal((RunState.Running, 2), (run.State, run.Session));
        Assert.False(await runs.IsCancelRequestedAsync(run, Cancellation));

        static async Task<RunTicket?[]> AtOnceAsync(Func<int, Task<RunTicket>> ask) =>
            await Task.WhenAll(Enumerable.Range(0, 6).Select(async number =>
        {
            try
            {
                return await ask(number);
            }
            catch (RunBusyException)
            {
                return null;
            }
        }));
    }

    [Fact]
    public async Task A_cancel_right_after_the_start_is_asked_of_the_orchestration()
    {
        var store = await _azurite.OpenStoreAsync();
        var (control, _) = Control(store);
        await using var durable = await StartAsync();
        using var client = CurrentClient.Use(durable.Client);
        var ticket = await control.StartAsync(new RunStart("shapes", null), Cancellation);
        await control.CancelAsync(ticket.RunId, Cancellation);

        var runs = new RunStore(store);
        var run = (await runs.GetAsync(ticket.RunId, Cancellation))!;
        Assert.Equal(RunState.Running, run.State);
        Assert.True(await runs.IsCancelRequestedAsync(run, Cancellation));
    }

    [Fact]
    public async Task A_run_whose_orchestration_ended_without_reporting_is_resumed_and_given_up_in_the_end()
    {
        var store = await _azurite.OpenStoreAsync();
        var (control, _) = Control(store);
        await using var durable = await DurableLab.StartAsync(
            (_, _) => Task.FromResult<object>(new ActivityAnswer(null, null)),
            ("ReproductionOrchestration", _ => throw new ObjectDisposedException("IServiceProvider")));
        using var client = CurrentClient.Use(durable.Client);
        var ticket = await control.StartAsync(new RunStart("shapes", null), Cancellation);
        var runs = new RunStore(store);
        for (var redrive = 1; redrive <= 4; redrive++)
        {
            await durable.Client.WaitForInstanceCompletionAsync(ticket.RunId, Cancellation);
            Assert.Single(await control.RedriveAsync(Cancellation));
            var run = (await runs.GetAsync(ticket.RunId, Cancellation))!;
            Assert.Equal(redrive <= 3 ? (RunState.Running, redrive + 1) : (RunState.Failed, 4), (run.State, run.Session));
        }
        var failed = (await runs.GetAsync(ticket.RunId, Cancellation))!;
        Assert.Contains("4 times in a row", failed.Error, StringComparison.Ordinal);
        Assert.Contains(failed.Log, line => line.Text.Contains("IServiceProvider", StringComparison.Ordinal));
        Assert.Empty(await control.RedriveAsync(Cancellation));
    }

    [Fact]
    public async Task The_schedule_starts_what_has_changed_and_records_why_it_left_the_rest()
    {
        var store = await _azurite.OpenStoreAsync();
        var (control, requests) = Control(store);
        var settings = new FunctionsSettings("", null, 3, ["shapes", "nothing"]);
        var schedule = new ScheduleFunction(new ScheduledStarts(store, requests, control, TimeProvider.System), settings);

        await using var durable = await StartAsync();
        await schedule.RunAsync(new TimerInfo(), durable.Client, Cancellation);
        await schedule.RunAsync(new TimerInfo(), durable.Client, Cancellation);

        var id = Assert.Single(await durable.Client.GetAllInstancesAsync().ToArrayAsync(Cancellation)).InstanceId;
        Assert.Equal(1, (await InputAsync(durable, id)).Scope.Session);
        // A run whose orchestration died, for example with a deployment, resumes when it is time.
        await KillAsync(durable, id);
        await schedule.RunAsync(new TimerInfo(), durable.Client, Cancellation);
        Assert.Equal(2, (await InputAsync(durable, id)).Scope.Session);
        var records = new List<ScheduleDecision>();
        await foreach (var blob in store.ListAsync("schedule/", Cancellation))
        {
            records.AddRange(WorkflowJson.FromBytes<ScheduleDecision[]>((await store.TryReadAsync(blob.Path, Cancellation))!.Content));
        }
        Assert.Contains(records, decision => decision is { Experiment: "shapes" }
            && (decision.Started || decision.Reason.EndsWith("with the same inputs is running.", StringComparison.Ordinal)));
        Assert.Contains(records, decision => decision is { Experiment: "nothing", Started: false }
            && decision.Reason.StartsWith("There is no experiment", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(31, false)]
    public async Task The_history_of_what_ended_is_purged_after_thirty_days_and_what_runs_is_kept(int days, bool isKept)
    {
        var (control, _) = Control(await _azurite.OpenStoreAsync());
        await using var durable = await DurableLab.StartAsync(
            (_, _) => Task.FromResult<object>(new ActivityAnswer(null, null)),
            ("Ends", _ => Task.FromResult(JsonSerializer.SerializeToElement("done"))),
            ("Waits", context => context.WaitForExternalEvent<JsonElement>("never")));
        await durable.RunAsync("Ends", null, "ended");
        await durable.Client.ScheduleNewOrchestrationInstanceAsync("Waits", null, new StartOrchestrationOptions("waiting"), Cancellation);

        var maintenance = new MaintenanceFunctions(
            control, new LaterTime(TimeSpan.FromDays(days)), NullLogger<MaintenanceFunctions>.Instance);
        await maintenance.PurgeAsync(new TimerInfo(), durable.Client, Cancellation);

        Assert.Equal(isKept, await durable.Client.GetInstanceAsync("ended", Cancellation) is not null);
        Assert.NotNull(await durable.Client.GetInstanceAsync("waiting", Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_signal_of_a_machine_becomes_an_event_and_is_deleted(bool listens)
    {
        var store = await _azurite.OpenStoreAsync();
        var signal = WorkflowJson.ToBytes(new LaunchSignal("x0"));
        await store.WriteAsync("run:train-0123/ended-x0.json", signal, Cancellation);
        await using var durable = await DurableLab.StartAsync(
            (_, _) => Task.FromResult<object>(new ActivityAnswer(null, null)),
            ("Listener", context => context.WaitForExternalEvent<JsonElement>("ended-x0")));
        if (listens)
        {
            await durable.Client.ScheduleNewOrchestrationInstanceAsync(
                "Listener", null, new StartOrchestrationOptions("run:train-0123"), Cancellation);
        }

        await new SignalFunction(new SignalStore(store)).RunAsync(
            System.Text.Encoding.UTF8.GetString(signal), "run:train-0123", "ended-x0", durable.Client, Cancellation);

        Assert.Null(await store.TryReadAsync("run:train-0123/ended-x0.json", Cancellation));
        if (!listens)
            return;
        var heard = await durable.Client.WaitForInstanceCompletionAsync("run:train-0123", getInputsAndOutputs: true, Cancellation);
        Assert.Equal("x0", heard.ReadOutputAs<JsonElement>().GetProperty("execution").GetString());
    }

    /// <summary>An engine on which a run stops at its first activity, until the test ends.</summary>
    private Task<DurableLab> StartAsync() => DurableLab.StartAsync(async (_, _) =>
    {
        await _held.Task;
        return new ActivityAnswer(null, "The test is over.");
    });

    /// <summary>As if the orchestration had died with a deployment: its run never hears of it.</summary>
    private static async Task KillAsync(DurableLab durable, string id)
    {
        await durable.Client.TerminateInstanceAsync(id, cancellation: Cancellation);
        await durable.Client.WaitForInstanceCompletionAsync(id, Cancellation);
    }

    private static async Task<OrchestrationInput> InputAsync(DurableLab durable, string id) =>
        (await durable.Client.GetInstanceAsync(id, getInputsAndOutputs: true, Cancellation))!.ReadInputAs<OrchestrationInput>()!;

    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
