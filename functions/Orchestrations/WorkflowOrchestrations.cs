using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace ContrastivePipeline.Functions.Orchestrations;

/// <summary>The workflows as orchestrations. The workflows themselves are in src and run on the local host, too.</summary>
public static class WorkflowOrchestrations
{
    /// <summary>The whole pipeline. The function keeps its stored name.</summary>
    [Function("ReproductionOrchestration")]
    public static Task<JsonElement> PipelineAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        RunAsync(context, HostedRunWorkflow.Main);

    /// <summary>One variant with one seed.</summary>
    [Function("TrialOrchestration")]
    public static Task<JsonElement> TrialAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        RunChildAsync(context, PipelineWorkflow.Trial);

    /// <summary>A training, segment after segment; continues as new after a number of them, which bounds its history.</summary>
    [Function("TrainingOrchestration")]
    public static Task<JsonElement> TrainingAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        RunChildAsync(context, PipelineWorkflow.Training);

    /// <summary>A stage on a machine of its own.</summary>
    [Function("LaunchedStageOrchestration")]
    public static Task<JsonElement> LaunchedStageAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        RunChildAsync(context, LaunchedStageWorkflow.Main);

    /// <summary>A caption refresh.</summary>
    [Function("CaptionRefreshOrchestration")]
    public static Task<JsonElement> CaptionRefreshAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        RunAsync(context, HostedRefreshWorkflow.Main);

    private static async Task<JsonElement> RunChildAsync(TaskOrchestrationContext context, WorkflowDefinition workflow)
    {
        try
        {
            return await RunAsync(context, workflow);
        }
        catch (HostedRunCancelledException)
        {
            return ChildEnd.Cancelled;
        }
    }

    private static Task<JsonElement> RunAsync(TaskOrchestrationContext context, WorkflowDefinition workflow)
    {
        var input = context.GetInput<OrchestrationInput>()
            ?? throw new ArgumentException($"{context.Name} was started without an input.", nameof(context));
        return workflow.RunAsync(new DurableWorkflowContext(context, input), input.Input);
    }
}

/// <summary>How a sub-orchestration ends that has no output. That its run was cancelled is a result, because the host takes and logs every
/// exception of an orchestration as a fault; that it failed for good is an exception of ours; every other exception is the host's.
/// </summary>
internal static class ChildEnd
{
    private const string CancelledKey = "runIsCancelled";

    /// <summary>The output of one whose run was cancelled.</summary>
    public static JsonElement Cancelled { get; } =
        JsonSerializer.SerializeToElement(new Dictionary<string, bool> { [CancelledKey] = true });

    /// <summary>Whether an output is <see cref="Cancelled"/>.</summary>
    public static bool IsCancelled(JsonElement output) =>
        output.ValueKind == JsonValueKind.Object && output.TryGetProperty(CancelledKey, out _);

    /// <summary>Whether a workflow failed by itself, and would again. A host that shuts down can fail an orchestration that it is just
    /// running, with exceptions of its own; such a one is started again and finds its stages done.</summary>
    public static bool IsItsOwn(TaskFailureDetails failure) =>
        failure.ErrorType == typeof(PermanentStageException).FullName || failure.ErrorType == typeof(RemoteStageException).FullName;
}

/// <summary>Input of every orchestration.</summary>
public sealed record OrchestrationInput(OrchestrationScope Scope, JsonElement Input);

/// <summary>What all orchestrations of a run share, fixed when it starts, so that a changed setting cannot change a replay.</summary>
/// <param name="Session">Which session of it: 1, and one more whenever it is resumed.</param>
/// <param name="LaunchedStage">The stage that gets machines of its own.</param>
/// <param name="Launch">Timeouts of those machines; null where the stage runs as an activity like the others.</param>
/// <param name="TrialsAtOnce">Trials running at once, and so machines: a trial has one at most.</param>
public sealed record OrchestrationScope(
    string RunId, int Session, string Generation, string LaunchedStage, LaunchOptions? Launch, int TrialsAtOnce)
{
    /// <summary>Retries of an activity after a transient fault.</summary>
    public ActivityRetry Retry { get; init; } = ActivityRetry.Default;

    /// <summary>Scope of an orchestration that belongs to no run.</summary>
    public static OrchestrationScope Alone { get; } = new("", 1, "", "", null, 1);
}
