using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Activities;

/// <summary>A stage that a run asks for.</summary>
/// <param name="RunId">Id of the run; empty where there is none, as for a caption refresh.</param>
public sealed record StageRequest(string RunId, string Stage, JsonElement Input, string Generation);

/// <summary>An operation that a run asks for.</summary>
public sealed record OperationRequest(string RunId, string Operation, JsonElement Input);

/// <summary>What an activity answers. Every failure of its own is an answer: an activity that ends with an exception or not at all has lost
/// its worker, and a host can count the one apart from the other.</summary>
public interface IActivityAnswer
{
    /// <summary>Why it failed; null where it did not.</summary>
    string? Failure { get; }

    /// <summary>Whether the failure is one of the moment, so that asking again may help.</summary>
    bool MayPass { get; }
}

/// <summary>What came of a request.</summary>
/// <param name="Details">Kind and message of the cause, where it has some; <c>told</c> in histories, as older versions wrote it.</param>
public sealed record ActivityAnswer(
    JsonElement? Output, string? Failure, [property: JsonPropertyName("told")] FailureDetails? Details = null) : IActivityAnswer
{
    /// <summary>The run was cancelled, and the stage saved what it had and stopped, or was not begun.</summary>
    public static ActivityAnswer Cancelled { get; } = new(null, RunEnd.Cancelled) { IsCancelled = true };

    /// <inheritdoc/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MayPass { get; init; }

    /// <summary>Whether it has no output because its run was cancelled.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCancelled { get; init; }
}

/// <summary>Which stage a request means, and its output where it is done.</summary>
/// <param name="Fingerprint">SHA-256 of name, version and input; empty where it could not be looked for.</param>
/// <param name="Output">The output; null where it is not done.</param>
public sealed record FoundStage(string Fingerprint, JsonElement? Output) : IActivityAnswer
{
    /// <inheritdoc/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Failure { get; init; }

    /// <inheritdoc/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MayPass { get; init; }
}

/// <summary>Kinds of failures that the caller can act on.</summary>
public enum FailureKind
{
    /// <summary>What was given cannot be read: <see cref="SourceException"/>.</summary>
    Source,

    /// <summary>A dataset was changed meanwhile: <see cref="RefreshConflictException"/>.</summary>
    Conflict,

    /// <summary>The store has no space left: <see cref="StoreFullException"/>.</summary>
    StoreFull,
}

/// <summary>A failure with a message of its own cause. It survives a history, in which exceptions lose their types.</summary>
public sealed record FailureDetails(FailureKind Kind, string Message)
{
    /// <summary>That of an exception; null for all others.</summary>
    public static FailureDetails? Of(Exception fault) => fault switch
    {
        SourceException => new FailureDetails(FailureKind.Source, fault.Message),
        RefreshConflictException => new FailureDetails(FailureKind.Conflict, fault.Message),
        StoreFullException => new FailureDetails(FailureKind.StoreFull, fault.Message),
        _ => null,
    };
}

/// <summary>A stage on a durable host failed for good, with a cause whose message the caller should get.</summary>
public sealed class RemoteStageException(string message, FailureDetails details) : Exception(message), Stages.IPermanentFailure
{
    /// <summary>Kind and message of the cause.</summary>
    public FailureDetails Details { get; } = details;
}
