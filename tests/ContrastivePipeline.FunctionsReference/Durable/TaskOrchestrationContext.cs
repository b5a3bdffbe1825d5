namespace Microsoft.DurableTask;

/// <summary>All that an orchestration may do.</summary>
public abstract class TaskOrchestrationContext
{
    /// <summary>Name of the orchestration.</summary>
    public abstract TaskName Name { get; }

    /// <summary>Id of the instance.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The instance's input.</summary>
    public abstract T? GetInput<T>();

    /// <summary>Calls an activity.</summary>
    /// <exception cref="TaskFailedException">It failed.</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null);

    /// <summary>Calls another orchestration.</summary>
    /// <exception cref="TaskFailedException">It failed.</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    /// <summary>Waits.</summary>
    public abstract Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>Waits for an event, but no longer than a time.</summary>
    /// <exception cref="TaskCanceledException">It did not come.</exception>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout);

    /// <summary>Ends this history and begins another.</summary>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>Tells how far it is.</summary>
    public abstract void SetCustomStatus(object? customStatus);
}
