using System.Text.Json;
using ContrastivePipeline.Functions.Hosting;
using ContrastivePipeline.Functions.Orchestrations;
using ContrastivePipeline.Functions.Triggers;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Tests.Storage;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Launching;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Scheduling;
using ContrastivePipeline.Workflow.Stages;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>What starts orchestrations, and what tells them of events.</summary>
public sealed class TriggerTests : IDisposable
{
    private readonly AzuriteFixture _azurite;
    private readonly TemporaryFolder _folder = new();
    private readonly RecordedClient _client = new();

    public TriggerTests(AzuriteFixture azurite)
    {
        _azurite = azurite;
        ShapesExperiment.Draw(_folder.Path);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    private (DurableRunControl Control, ReproductionRequests Requests) Control(ArtifactStore store)
    {
        var requests = new ReproductionRequests(new ExperimentLibrary(_folder.Path), _ => throw new NotSupportedException("No emoji here."));
        return (new DurableRunControl(store, requests, new FunctionsSettings("", null, 3, []), TimeProvider.System), requests);
    }

    [Fact]
    public async Task A_run_is_an_orchestration_of_its_id_and_no_other_host_takes_it()
    {
        var store = await _azurite.OpenStoreAsync();
        var (control, requests) = Control(store);
        using var client = CurrentClient.Use(_client);
        var start = new RunStart("shapes", null, IdempotencyKey: "once");

        var ticket = await control.StartAsync(start, Cancellation);
        Assert.Equal(ticket with { Repeated = true }, await control.StartAsync(start, Cancellation));

        var (name, input, id) = Assert.Single(_client.Started);
        Assert.Equal(("ReproductionOrchestration", ticket.RunId), (name, id));
        Assert.Equal(new OrchestrationScope(ticket.RunId, 1, "", "train", null, 3), input.Scope);
        var run = await new RunStore(store).GetAsync(ticket.RunId, Cancellation);
        Assert.Equal((RunState.Running, "durable-functions"), (run!.State, run.Host));
        Assert.Equal(CanonicalJson.Of(run.Input), CanonicalJson.Of(input.Input));
        await Assert.ThrowsAsync<RunBusyException>(() => control.StartAsync(new RunStart("shapes", null), Cancellation));

        using var pipeline = new LocalPipeline(store, _folder.Path, TimeProvider.System);
        await using var local = new LocalRunControl(pipeline, requests, new LocalRunControlOptions(), Nobody.Instance);
        await Assert.ThrowsAsync<RunBusyException>(() => local.StartAsync(new RunStart("shapes", null), Cancellation));

        // The orchestration died without a word: the run goes on under its id.
        _client.Running.Clear();
        Assert.Equal(ticket with { Resumed = true }, await control.StartAsync(new RunStart("shapes", null), Cancellation));
        Assert.Equal(2, _client.Started.Count);
        Assert.Equal(2, _client.Started[1].Input.Scope.Session);
        // What the first session left at work is to stop, and only that.
        var runs = new RunStore(store);
        var resumed = (await runs.GetAsync(ticket.RunId, Cancellation))!;
        Assert.False(await runs.IsCancelRequestedAsync(resumed, Cancellation));
        Assert.True(await runs.IsCancelRequestedAsync(resumed with { Session = 1 }, Cancellation));
    }

    [Fact]
    public async Task The_schedule_starts_what_has_changed_and_records_why_it_left_the_rest()
    {
        var store = await _azurite.OpenStoreAsync();
        var (control, requests) = Control(store);
        var settings = new FunctionsSettings("", null, 3, ["shapes", "nothing"]);
        var schedule = new ScheduleFunction(new ScheduledStarts(store, requests, control, TimeProvider.System), settings);

        await schedule.RunAsync(new TimerInfo(), _client, new Call());
        await schedule.RunAsync(new TimerInfo(), _client, new Call());

        var id = Assert.Single(_client.Started).Id;
        // A run whose orchestration died, for example with a deployment, goes on when it is time.
        _client.Running.Clear();
        await schedule.RunAsync(new TimerInfo(), _client, new Call());
        Assert.Equal([id, id], _client.Started.Select(run => run.Id));
        var records = new List<ScheduleDecision>();
        await foreach (var blob in store.ListAsync("schedule/", Cancellation))
            records.AddRange(WorkflowJson.FromBytes<ScheduleDecision[]>((await store.TryReadAsync(blob.Path, Cancellation))!.Content));
        Assert.Contains(records, decision => decision is { Experiment: "shapes" } && (decision.Started || decision.Reason.EndsWith("with the same inputs is at work.", StringComparison.Ordinal)));
        Assert.Contains(records, decision => decision is { Experiment: "nothing", Started: false } && decision.Reason.StartsWith("There is no experiment", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_word_of_a_machine_becomes_an_event_and_is_deleted(bool listens)
    {
        var store = await _azurite.OpenStoreAsync();
        var signal = WorkflowJson.ToBytes(new LaunchSignal("x0"));
        await store.WriteAsync("run:train-0123/ended-x0.json", signal, Cancellation);
        if (listens)
            _client.Running.Add("run:train-0123");

        await new SignalFunction(new SignalStore(store)).RunAsync(
            System.Text.Encoding.UTF8.GetString(signal), "run:train-0123", "ended-x0", _client, new Call());

        Assert.Equal(listens ? ["run:train-0123 ended-x0 x0"] : [], _client.Raised);
        Assert.Null(await store.TryReadAsync("run:train-0123/ended-x0.json", Cancellation));
    }

    private sealed class Call : FunctionContext;

    private sealed class RecordedClient : DurableTaskClient
    {
        public List<(string Name, OrchestrationInput Input, string Id)> Started { get; } = [];

        public HashSet<string> Running { get; } = [];

        public List<string> Raised { get; } = [];

        public override Task<string> ScheduleNewOrchestrationInstanceAsync(
            TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
        {
            Started.Add((orchestratorName.Name, (OrchestrationInput)input!, options!.InstanceId!));
            Running.Add(options.InstanceId!);
            return Task.FromResult(options.InstanceId!);
        }

        public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
        {
            Assert.Contains(instanceId, Running);
            Raised.Add($"{instanceId} {eventName} {((JsonElement)eventPayload!).GetProperty("execution").GetString()}");
            return Task.CompletedTask;
        }

        public override Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation) => Task.FromResult(
            Running.Contains(instanceId) ? new OrchestrationMetadata("", instanceId) { RuntimeStatus = OrchestrationRuntimeStatus.Running } : null);

        public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
            string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}
