namespace Microsoft.DurableTask.Client;

/// <summary>Starts orchestrations and tells them of events.</summary>
public abstract class DurableTaskClient
{
    /// <summary>Starts one.</summary>
    /// <returns>Its instance's id.</returns>
    public abstract Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Raises an event.</summary>
    public abstract Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default);

    /// <summary>How an instance is; null where there is none.</summary>
    public abstract Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation);

    /// <summary>Waits until an instance has ended.</summary>
    public abstract Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default);
}

/// <summary>How an instance ended, or is.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>At work.</summary>
    Running = 0,

    /// <summary>Done.</summary>
    Completed = 1,

    /// <summary>It failed.</summary>
    Failed = 3,

    /// <summary>Not begun.</summary>
    Pending = 6,
}

/// <summary>How an instance is.</summary>
/// <param name="name">Its orchestration.</param>
/// <param name="instanceId">Its id.</param>
public sealed class OrchestrationMetadata(string name, string instanceId)
{
    /// <summary>Its orchestration.</summary>
    public string Name { get; } = name;

    /// <summary>Its id.</summary>
    public string InstanceId { get; } = instanceId;

    /// <summary>How it is.</summary>
    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    /// <summary>Its output; null where it has none or nobody asked for it.</summary>
    public string? SerializedOutput { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public TaskFailureDetails? FailureDetails { get; init; }

    /// <summary>Whether it is at work or will be.</summary>
    public bool IsRunning => RuntimeStatus is OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Pending;

    /// <summary>Whether it has ended.</summary>
    public bool IsCompleted => RuntimeStatus is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed;

    /// <summary>Its output as a value.</summary>
    public T? ReadOutputAs<T>() =>
        SerializedOutput is null ? default : System.Text.Json.JsonSerializer.Deserialize<T>(SerializedOutput);
}
