namespace Microsoft.DurableTask;

/// <summary>Name of a function; any text is one.</summary>
/// <param name="Name">The name.</param>
public readonly record struct TaskName(string Name)
{
    /// <summary>Any text is a name.</summary>
    public static implicit operator TaskName(string name) => new(name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>How often to try, and how long to wait in between.</summary>
/// <param name="maxNumberOfAttempts">The first counts.</param>
/// <param name="firstRetryInterval">After the first.</param>
/// <param name="backoffCoefficient">Each wait is so many times the one before.</param>
/// <param name="maxRetryInterval">No wait is longer; an hour where null.</param>
public sealed class RetryPolicy(
    int maxNumberOfAttempts, TimeSpan firstRetryInterval, double backoffCoefficient = 1, TimeSpan? maxRetryInterval = null)
{
    /// <summary>The first counts.</summary>
    public int MaxNumberOfAttempts { get; } = maxNumberOfAttempts;

    /// <summary>After the first.</summary>
    public TimeSpan FirstRetryInterval { get; } = firstRetryInterval;

    /// <summary>Each wait is so many times the one before.</summary>
    public double BackoffCoefficient { get; } = backoffCoefficient;

    /// <summary>No wait is longer.</summary>
    public TimeSpan MaxRetryInterval { get; } = maxRetryInterval ?? TimeSpan.FromHours(1);
}

/// <summary>When to try again.</summary>
/// <param name="policy">By this policy.</param>
public sealed class TaskRetryOptions(RetryPolicy policy)
{
    /// <summary>By this policy.</summary>
    public RetryPolicy? Policy { get; } = policy;
}

/// <summary>How to call.</summary>
/// <param name="Retry">When to try again; null for never.</param>
public record TaskOptions(TaskRetryOptions? Retry = null)
{
    /// <summary>Tries again by a policy.</summary>
    public static TaskOptions FromRetryPolicy(RetryPolicy policy) => new(new TaskRetryOptions(policy));

    /// <summary>Names the instance that the call makes.</summary>
    public SubOrchestrationOptions WithInstanceId(string instanceId) => new(this, instanceId);
}

/// <summary>How to call another orchestration.</summary>
public sealed record SubOrchestrationOptions : TaskOptions
{
    /// <summary>Adds the instance's id to other options.</summary>
    public SubOrchestrationOptions(TaskOptions options, string? instanceId = null)
        : base(options) => InstanceId = instanceId;

    /// <summary>The instance's id.</summary>
    public string? InstanceId { get; init; }
}

/// <summary>How to start an orchestration.</summary>
/// <param name="InstanceId">Its id; null for a new one.</param>
/// <param name="StartAt">When; null for now.</param>
public sealed record StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null);
