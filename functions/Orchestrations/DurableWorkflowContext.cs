using System.Text.Json;
using Microsoft.DurableTask;

namespace ContrastivePipeline.Functions.Orchestrations;

/// <summary>The workflow port on Durable Functions: a stage is an activity, a child workflow a sub-orchestration.</summary>
internal sealed class DurableWorkflowContext(TaskOrchestrationContext context, OrchestrationInput input) : IWorkflowContext
{
    private static readonly JsonElement Nothing = JsonSerializer.SerializeToElement<object?>(null);

    public string RunId => input.Scope.RunId;

    public int ChildrenAtOnce => input.Scope.TrialsAtOnce;

    public async Task<TOutput> CallAsync<TInput, TOutput>(StageReference<TInput, TOutput> stage, TInput stageInput)
    {
        var request = new StageRequest(RunId, stage.Name, WorkflowJson.ToElement(stageInput), input.Scope.Generation);
        return WorkflowJson.FromElement<TOutput>(
            input.Scope.Launch is { } timeout && stage.Name == input.Scope.LaunchedStage
                ? await LaunchAsync(request, timeout)
                : await AskAsync(FunctionNames.Activity(stage.Name), request));
    }

    public async Task<TOutput> DoAsync<TInput, TOutput>(OperationReference<TInput, TOutput> operation, TInput operationInput) =>
        WorkflowJson.FromElement<TOutput>(await AskAsync(
            FunctionNames.Activity(operation.Name), new OperationRequest(RunId, operation.Name, WorkflowJson.ToElement(operationInput))));

    public async Task<TOutput> CallWorkflowAsync<TInput, TOutput>(
        WorkflowReference<TInput, TOutput> workflow, TInput workflowInput, string instance) =>
        WorkflowJson.FromElement<TOutput>(await CallAsync(
            workflow.Name, WorkflowJson.ToElement(workflowInput), instance.Length == 0 ? workflow.Name : instance));

    public Task<TOutput> ContinueAsync<TInput, TOutput>(WorkflowReference<TInput, TOutput> self, TInput next)
    {
        context.ContinueAsNew(input with { Input = WorkflowJson.ToElement(next) });
        // The output of a workflow that continues as new is discarded; it must only be serialisable.
        return Task.FromResult(Nothing.Deserialize<TOutput>()!);
    }

    public async Task<T> WaitForEventAsync<T>(string name, TimeSpan timeout)
    {
        try
        {
            return WorkflowJson.FromElement<T>(await context.WaitForExternalEvent<JsonElement>(name, timeout));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The event '{name}' did not come within {timeout}.");
        }
    }

    public Task DelayAsync(TimeSpan delay) => context.CreateTimer(delay, CancellationToken.None);

    public void Report(WorkflowStatus status) => context.SetCustomStatus(status);

    /// <summary>Runs a stage on a machine of its own, unless it is done already.</summary>
    private async Task<JsonElement> LaunchAsync(StageRequest request, LaunchOptions timeout)
    {
        var found = await AnswerAsync<FoundStage>(FunctionNames.FindStage, request);
        if (found.Failure is { } failure)
            throw new PermanentStageException(failure);
        if (found.Output is { } output)
            return output;
        var child = $"{context.InstanceId}:{request.Stage}-{found.Fingerprint[..12]}";
        var launch = new LaunchInput(
            input.Scope.Session, request.Stage, request.Input, request.Generation, found.Fingerprint, child, timeout);
        return await CallAsync(LaunchedStageWorkflow.Main.Name, WorkflowJson.ToElement(launch), child[(context.InstanceId.Length + 1)..]);
    }

    private async Task<JsonElement> CallAsync(string workflow, JsonElement workflowInput, string instance)
    {
        var name = FunctionNames.Orchestration(workflow);
        var options = new TaskOptions().WithInstanceId($"{context.InstanceId}:{instance}");
        var timeout = new RetryBudget(name, input.Scope.Retry);
        while (true)
        {
            try
            {
                var output = await context.CallSubOrchestratorAsync<JsonElement>(name, input with { Input = workflowInput }, options);
                return ChildEnd.IsCancelled(output) ? throw new HostedRunCancelledException() : output;
            }
            catch (TaskFailedException failed) when (ChildEnd.IsItsOwn(failed.FailureDetails))
            {
                // The message of the innermost failure: the depth of nesting means nothing to the reader of a run.
                throw new PermanentStageException(failed.FailureDetails.ErrorMessage);
            }
            catch (TaskFailedException broken)
            {
                await context.CreateTimer(timeout.AfterLoss(broken.FailureDetails.ErrorMessage), CancellationToken.None);
            }
        }
    }

    private async Task<JsonElement> AskAsync(string activity, object request)
    {
        var answer = await AnswerAsync<ActivityAnswer>(activity, request);
        if (answer.IsCancelled)
            throw new HostedRunCancelledException();
        var failure = answer.Failure ?? $"{activity} gave no answer.";
        return answer.Output
            ?? throw (answer.Details is { } details ? new RemoteStageException(failure, details) : new PermanentStageException(failure));
    }

    /// <summary>Calls an activity until its answer is final: a success, or a failure that a retry would not change.</summary>
    private async Task<T> AnswerAsync<T>(string activity, object request)
        where T : IActivityAnswer
    {
        var timeout = new RetryBudget(activity, input.Scope.Retry);
        while (true)
        {
            TimeSpan wait;
            try
            {
                var answer = await context.CallActivityAsync<T>(activity, request);
                if (answer is not { Failure: { } failure, MayPass: true })
                    return answer;
                wait = timeout.AfterFailure(failure);
            }
            catch (TaskFailedException lost)
            {
                // Activities return their failures as answers: this one was lost with its worker.
                wait = timeout.AfterLoss(lost.FailureDetails.ErrorMessage);
            }
            await context.CreateTimer(wait, CancellationToken.None);
        }
    }
}

/// <summary>Maps names of workflows and stages to names of functions.</summary>
internal static class FunctionNames
{
    /// <summary>The activity that finds a completed stage, without running it.</summary>
    public const string FindStage = "FindStageActivity";

    /// <summary><c>launched-stage</c> is <c>LaunchedStageOrchestration</c>.</summary>
    public static string Orchestration(string workflow) => Pascal(workflow) + "Orchestration";

    /// <summary><c>prepare-dataset</c> is <c>PrepareDatasetActivity</c>.</summary>
    public static string Activity(string stage) => Pascal(stage) + "Activity";

    private static string Pascal(string name) =>
        string.Concat(name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
