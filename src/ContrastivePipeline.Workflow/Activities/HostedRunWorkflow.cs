using System.Text.Json;

namespace ContrastivePipeline.Workflow.Activities;

/// <summary>How a run ended.</summary>
public sealed record RunEnd(string RunId, RunState State, JsonElement? Output, string? Error)
{
    /// <summary>What a stage answers that was stopped because its run was cancelled.</summary>
    public const string Cancelled = "The run was cancelled.";
}

/// <summary>The reproduction on a durable host: the same workflow, and the end of the run written into its record.</summary>
public static class HostedRunWorkflow
{
    /// <summary>Writes the end of a run into its record.</summary>
    public static OperationReference<RunEnd, RunEnd> End { get; } = new("end-run");

    /// <summary>The workflow.</summary>
    public static WorkflowDefinition<PipelineInput, RunEnd> Main { get; } = new("reproduction", RunAsync);

    /// <summary>For a host's registry of operations.</summary>
    public static Operation Operation(RunStore runs, TimeProvider time) => new Operation<RunEnd, RunEnd>(
        End.Name, async (end, cancellationToken) =>
    {
        var finished = new RunFinished(time.GetUtcNow(), end.RunId, end.State, end.Error);
        await runs.UpdateAsync(
            end.RunId,
            run => run.After(finished) with
            {
                State = end.State,
                Output = end.Output,
                Error = end.Error,
                Finished = finished.At,
                Stages = [.. run.Stages.Select(stage => Ended(stage, finished))],
            },
            cancellationToken);
        return end;
    });

    /// <summary>A stage whose machine never reported its end has ended with the run.</summary>
    private static RunStage Ended(RunStage stage, RunFinished run) =>
        stage.State == RunState.Running ? stage with { State = run.State, Finished = run.At } : stage;

    // For the host and its log, a cancelled run is no failure.
    private static async Task<RunEnd> RunAsync(IWorkflowContext context, PipelineInput input)
    {
        Exception? failure = null;
        RunEnd end;
        try
        {
            var output = await PipelineWorkflow.RunAsync(context, input);
            end = new RunEnd(context.RunId, RunState.Completed, WorkflowJson.ToElement(output), null);
        }
        catch (HostedRunCancelledException)
        {
            end = new RunEnd(context.RunId, RunState.Interrupted, null, null);
        }
        catch (Exception fault)
        {
            failure = fault;
            end = new RunEnd(context.RunId, RunState.Failed, null, fault.Message);
        }
        await context.DoAsync(End, end);
        return failure is null ? end : throw new PermanentStageException(failure.Message, failure);
    }
}

/// <summary>A workflow on a durable host stops because its run was cancelled; what its stages did is saved.</summary>
public sealed class HostedRunCancelledException() : Exception(RunEnd.Cancelled), IPermanentFailure;
