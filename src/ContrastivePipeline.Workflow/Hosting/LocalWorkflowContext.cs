using System.Collections.Concurrent;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>The port of one workflow instance on the local host. Used on the workflow's own thread.</summary>
internal sealed class LocalWorkflowContext(
    LocalHost host, string instance, RunScope scope, IRunObserver observer, EventMailbox mailbox, SemaphoreSlim? training,
    CancellationToken cancellationToken) : IWorkflowContext
{
    public string RunId => scope.RunId;

    // Stages wait for a slot each, which keeps all slots busy.
    public int ChildrenAtOnce => int.MaxValue;

    public async Task<TOutput> CallAsync<TInput, TOutput>(StageReference<TInput, TOutput> stage, TInput input)
    {
        var element = WorkflowJson.ToElement(input);
        var output = await Task.Run(
            () => host.RunStageAsync(stage.Name, element, scope.Generation, training, observer, cancellationToken), cancellationToken);
        return WorkflowJson.FromElement<TOutput>(output);
    }

    public async Task<TOutput> DoAsync<TInput, TOutput>(OperationReference<TInput, TOutput> operation, TInput input)
    {
        var element = WorkflowJson.ToElement(input);
        var output = await Task.Run(() => host.RunOperationAsync(operation.Name, element, cancellationToken), cancellationToken);
        return WorkflowJson.FromElement<TOutput>(output);
    }

    // Nothing is replayed here, so there is no history to shed.
    public Task<TOutput> ContinueAsync<TInput, TOutput>(WorkflowReference<TInput, TOutput> self, TInput input) =>
        CallWorkflowAsync(self, input, "");

    public async Task<TOutput> CallWorkflowAsync<TInput, TOutput>(
        WorkflowReference<TInput, TOutput> workflow, TInput input, string child)
    {
        var name = instance.Length == 0 || child.Length == 0 ? instance + child : $"{instance}/{child}";
        using var span = PipelineTelemetry.StartSpan($"workflow {workflow.Name}");
        span?.SetTag("contrastive.workflow.instance", name);
        var context = new LocalWorkflowContext(host, name, scope, observer, mailbox, training, cancellationToken);
        var output = await host.WorkflowNamed(workflow.Name).RunAsync(context, WorkflowJson.ToElement(input));
        return WorkflowJson.FromElement<TOutput>(output);
    }

    public Task<T> WaitForEventAsync<T>(string name, TimeSpan timeout) =>
        mailbox.WaitAsync<T>(instance, name, timeout, cancellationToken);

    public Task DelayAsync(TimeSpan delay) => Task.Delay(delay, host.Time, cancellationToken);

    public void Report(WorkflowStatus status) => observer.Observe(new WorkflowReported(host.Time.GetUtcNow(), instance, status));
}

/// <summary>Brings events from outside to the workflow instances that wait for them.</summary>
public sealed class EventMailbox(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Instance, string Name), TaskCompletionSource<JsonElement>> _events = new();

    /// <summary>Raises an event; it is kept until an instance asks for it.</summary>
    /// <param name="instance">Which workflow instance; empty for the run's own.</param>
    public void Raise<T>(string instance, string name, T payload) => Slot(instance, name).TrySetResult(WorkflowJson.ToElement(payload));

    internal async Task<T> WaitAsync<T>(string instance, string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var payload = await Slot(instance, name).Task.WaitAsync(timeout, time, cancellationToken);
        _events.TryRemove((instance, name), out _);
        return WorkflowJson.FromElement<T>(payload);
    }

    private TaskCompletionSource<JsonElement> Slot(string instance, string name) =>
        _events.GetOrAdd((instance, name), _ => new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>What all stages of a run share.</summary>
/// <param name="Generation">The cache generation of every stage; empty for the first.</param>
/// <param name="TrainingStages">Stages of this run at once that train or run a model; 0 for as many as the host does.</param>
public sealed record RunScope(string RunId, string Generation, int TrainingStages = 0);
