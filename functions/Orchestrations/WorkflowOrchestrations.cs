using System.Text.Json;
using ContrastivePipeline.Workflow.Activities;
using ContrastivePipeline.Workflow.Orchestration;
using ContrastivePipeline.Workflow.Pipeline;
using ContrastivePipeline.Workflow.RemoteTraining;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace ContrastivePipeline.Functions.Orchestrations;

/// <summary>The workflows as orchestrations. All that they do is in their workflows, which run on the local host just the same.</summary>
public static class WorkflowOrchestrations
{
    /// <summary>The whole of a reproduction.</summary>
    [Function("ReproductionOrchestration")]
    public static Task<JsonElement> Pipeline([OrchestrationTrigger] TaskOrchestrationContext context) =>
        RunAsync(context, HostedRunWorkflow.Main);

    /// <summary>One variant with one seed.</summary>
    [Function("TrialOrchestration")]
    public static Task<JsonElement> Trial([OrchestrationTrigger] TaskOrchestrationContext context) =>
        RunChildAsync(context, PipelineWorkflow.Trial);

    /// <summary>A training, segment after segment; begins anew every so many.</summary>
    [Function("TrainingOrchestration")]
    public static Task<JsonElement> Training([OrchestrationTrigger] TaskOrchestrationContext context) =>
        RunChildAsync(context, PipelineWorkflow.Training);

    /// <summary>A stage on a machine of its own.</summary>
    [Function("LaunchedStageOrchestration")]
    public static Task<JsonElement> LaunchedStage([OrchestrationTrigger] TaskOrchestrationContext context) =>
        RunChildAsync(context, LaunchedStageWorkflow.Main);

    /// <summary>A caption refresh.</summary>
    [Function("CaptionRefreshOrchestration")]
    public static Task<JsonElement> CaptionRefresh([OrchestrationTrigger] TaskOrchestrationContext context) =>
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
