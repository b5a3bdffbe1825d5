using System.Collections.Concurrent;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>Brings events from outside to the workflow instances that wait for them.</summary>
public sealed class EventMailbox(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Instance, string Name), TaskCompletionSource<JsonElement>> _events = new();

    /// <summary>Raises an event; it is kept until an instance asks for it.</summary>
    /// <param name="instance">Which workflow instance; empty for the run's own.</param>
    public void Raise<T>(string instance, string name, T payload) =>
        Slot(instance, name).TrySetResult(WorkflowJson.ToElement(payload));

    internal async Task<T> WaitAsync<T>(string instance, string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var payload = await Slot(instance, name).Task.WaitAsync(timeout, time, cancellationToken);
        _events.TryRemove((instance, name), out _);
        return WorkflowJson.FromElement<T>(payload);
    }

    private TaskCompletionSource<JsonElement> Slot(string instance, string name) =>
        _events.GetOrAdd((instance, name), _ => new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously));
}
