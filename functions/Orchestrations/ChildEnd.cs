using System.Text.Json;
using ContrastivePipeline.Workflow.Activities;
using ContrastivePipeline.Workflow.Stages;
using Microsoft.DurableTask;

namespace ContrastivePipeline.Functions.Orchestrations;

/// <summary>
/// How a sub-orchestration ends that has no output. That its run was cancelled is a result, because the host takes and logs every exception
/// of an orchestration as a fault; that it failed for good is an exception of ours; every other exception is the host's.
/// </summary>
internal static class ChildEnd
{
    private const string CancelledKey = "runIsCancelled";

    /// <summary>The output of one whose run was cancelled.</summary>
    public static JsonElement Cancelled { get; } = JsonSerializer.SerializeToElement(new Dictionary<string, bool> { [CancelledKey] = true });

    /// <summary>Whether an output is <see cref="Cancelled"/>.</summary>
    public static bool IsCancelled(JsonElement output) => output.ValueKind == JsonValueKind.Object && output.TryGetProperty(CancelledKey, out _);

    /// <summary>
    /// Whether a workflow failed by itself, and would again. A host that shuts down can fail an orchestration that it is just running, with
    /// exceptions of its own; such a one is started again and finds its stages done.
    /// </summary>
    public static bool IsItsOwn(TaskFailureDetails failure) =>
        failure.ErrorType == typeof(PermanentStageException).FullName || failure.ErrorType == typeof(RemoteStageException).FullName;
}
