namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes a method a function.</summary>
/// <param name="name">Its name in the host.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    /// <summary>Its name in the host.</summary>
    public string Name { get; } = name;
}

/// <summary>Who may call an HTTP function.</summary>
public enum AuthorizationLevel
{
    /// <summary>Everybody.</summary>
    Anonymous,

    /// <summary>Who has a key of the function or the host.</summary>
    Function = 2,
}

/// <summary>Calls the function for requests.</summary>
/// <param name="authLevel">Who may call it.</param>
/// <param name="methods">Of these methods.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    /// <summary>Who may call it.</summary>
    public AuthorizationLevel AuthLevel { get; } = authLevel;

    /// <summary>Of these methods.</summary>
    public string[] Methods { get; } = methods;

    /// <summary>Below the host's route prefix.</summary>
    public string? Route { get; set; }
}

/// <summary>Calls the function at times.</summary>
/// <param name="schedule">An NCRONTAB expression, or a setting between percent signs.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    /// <summary>An NCRONTAB expression, or a setting between percent signs.</summary>
    public string Schedule { get; } = schedule;
}

/// <summary>About a call by a timer.</summary>
public sealed class TimerInfo;

/// <summary>Calls the function for blobs that are new.</summary>
/// <param name="blobPath">Their container and path, with parts in braces.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BlobTriggerAttribute(string blobPath) : Attribute
{
    /// <summary>Their container and path, with parts in braces.</summary>
    public string BlobPath { get; } = blobPath;
}

/// <summary>Makes the function an orchestration.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OrchestrationTriggerAttribute : Attribute;

/// <summary>Makes the function an activity.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ActivityTriggerAttribute : Attribute;

/// <summary>Hands the function a client of its task hub.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DurableClientAttribute : Attribute;

/// <summary>A call of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>Cancelled when the worker is about to end.</summary>
    public virtual CancellationToken CancellationToken { get; }
}
