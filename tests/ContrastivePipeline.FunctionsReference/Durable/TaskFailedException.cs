namespace Microsoft.DurableTask;

/// <summary>What is kept of an exception in a history.</summary>
/// <param name="ErrorType">Its type.</param>
/// <param name="ErrorMessage">Its message.</param>
/// <param name="StackTrace">Its stack trace.</param>
/// <param name="InnerFailure">Its cause.</param>
public sealed record TaskFailureDetails(string ErrorType, string ErrorMessage, string? StackTrace, TaskFailureDetails? InnerFailure);

/// <summary>An activity or another orchestration failed.</summary>
public sealed class TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
    : Exception($"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {failureDetails.ErrorMessage}")
{
    /// <summary>Which.</summary>
    public string TaskName { get; } = taskName;

    /// <summary>Its number within the orchestration.</summary>
    public int TaskId { get; } = taskId;

    /// <summary>Why.</summary>
    public TaskFailureDetails FailureDetails { get; } = failureDetails;
}
