using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ContrastivePipeline.Tests.Workflow.Telemetry;

/// <summary>On a durable host nobody holds a run's span: its activities and machines find its trace by its id.</summary>
public sealed class HostedTraceTests(AzuriteFixture azurite)
{
    private static readonly OperationReference<Number, Number> OperationId = new("add-one");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Activities_and_machines_are_in_the_trace_of_their_run_and_linked_to_their_host_s()
    {
        var store = await azurite.OpenStoreAsync();
        using var lab = new WorkflowLab(store);
        var id = $"hosted-20261123-000000-{Guid.NewGuid():N}"[..30];
        await lab.Runs.CreateAsync(LaunchRuns.Record() with { Id = id, Experiment = "hosted" }, Stop);
        var faults = 1;
        var stage = new MethodStage<Number, Number>("double", (input, _, _) =>
            Interlocked.Decrement(ref faults) >= 0 ? throw new StoreUnavailableException("away")
            : Task.FromResult(new Number(2 * input.Value)));
        var machineStage = new MethodStage<Number, Number>("train", (input, _, _) => Task.FromResult(input));
        var runner = lab.Runner(stage, machineStage);
        var lines = new Lines();
        var log = new RunEventLog(lines);
        var operations = new OperationRegistry(
            new Operation<Number, Number>(OperationId.Name, (input, _) => Task.FromResult(new Number(input.Value + 1))));
        var host = new ActivityHost(runner, operations, lab.Runs, log, TimeProvider.System);
        using var listening = new TelemetryListener();
        using var invocation = new Activity("the host's invocation").Start();

        var request = new StageRequest(id, "double", WorkflowJson.ToElement(new Number(4)), "");
        Assert.True((await host.RunStageAsync(request, Stop)).MayPass);
        await host.RunStageAsync(request, Stop);
        await host.FindAsync(request, Stop);
        await host.DoAsync(new OperationRequest(id, OperationId.Name, WorkflowJson.ToElement(new Number(1))), Stop);
        await RunMachineAsync(store, runner, machineStage, id, log);

        var spans = listening.Spans.Where(span => span.TraceId == CurrentRun.TraceOf(id)).ToArray();
        Assert.All(spans, span => Assert.Equal(id, span.GetTagItem(PipelineTelemetry.RunIdTag)));
        var roots = spans.Where(span => span.ParentSpanId == default && !span.OperationName.StartsWith("store ", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(
            ["stage double failed", "stage double completed", "stage double cached", "operation add-one ", "stage train completed"],
            roots.OrderBy(span => span.StartTimeUtc).Select(span => $"{span.OperationName} {span.GetTagItem("contrastive.outcome")}"));
        Assert.All(roots, root => Assert.Equal(invocation.TraceId, Assert.Single(root.Links).Context.TraceId));
        Assert.Same(invocation, Activity.Current);
        Assert.Contains((LogLevel.Error, $"{id}, double (n-4): failed: away"), lines.Written);
        Assert.Contains((LogLevel.Information, $"{id}, train (n-1): started"), lines.Written);

        var run = (await lab.Runs.GetAsync(id, Stop))!;
        Assert.True(run.Stages.Single(s => s.Name == "train").Usage.Store.Requests > 0);
        Assert.True(run.Stages.Single(s => s.Name == "double").Lost.Store.Requests > 0);
    }

    private static async Task RunMachineAsync(ArtifactStore store, StageRunner runner, Stage stage, string run, IRunObserver log)
    {
        var call = new StageCall(stage, WorkflowJson.ToElement(new Number(1)), "");
        var order = new StageOrder(run, 1, stage.Name, call.Input, "", call.Identity.Fingerprint, 1, "");
        await store.WriteAsync($"launches/{order.Execution}/order.json", WorkflowJson.ToBytes(order), Stop);
        await new StageJob(store, null, runner, log, TimeProvider.System).RunAsync(order.Execution, _ => { }, Stop);
    }

    private sealed class Lines : ILogger
    {
        private readonly List<(LogLevel Level, string Text)> _written = [];

        public IReadOnlyList<(LogLevel Level, string Text)> Written
        {
            get
            {
                lock (_written)
                    return [.. _written];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_written)
                _written.Add((logLevel, formatter(state, exception)));
        }
    }
}
