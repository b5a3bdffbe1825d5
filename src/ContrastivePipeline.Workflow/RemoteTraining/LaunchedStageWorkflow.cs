using System.Text.Json;

namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>Input of the workflow <c>launched-stage</c>.</summary>
/// <param name="Listener">The workflow instance that the machine signals when it ends: the one that runs this workflow.</param>
/// <param name="Attempt">The machine to begin with, 1-based.</param>
public sealed record LaunchInput(
    int Session, string Stage, JsonElement Input, string Generation, string Fingerprint, string Listener, LaunchOptions Options,
    int Attempt = 1);

/// <summary>A stage on a machine of its own: ask for one, wait for its event, look after it where none comes, and ask for another where it
/// has died. The next one resumes from the last state that was saved.</summary>
public static class LaunchedStageWorkflow
{
    // A history is read whole at every step of a durable host; a machine may be waited for, and may work, for a day.
    private const int LooksPerHistory = 60;

    /// <summary>Gets a machine for an order.</summary>
    public static OperationReference<StageOrder, LaunchStatus> Start { get; } = new("start-machine");

    /// <summary>Gets the status of an order.</summary>
    public static OperationReference<LaunchStatusRequest, LaunchStatus> Look { get; } = new("look-at-machine");

    /// <summary>Stops the machine of an order.</summary>
    public static OperationReference<StageOrder, LaunchStatus> Stop { get; } = new("stop-machine");

    /// <summary>The workflow; its output is that of the stage.</summary>
    public static WorkflowDefinition<LaunchInput, JsonElement> Main { get; } = new("launched-stage", RunAsync);

    private static async Task<JsonElement> RunAsync(IWorkflowContext context, LaunchInput input)
    {
        var error = "";
        var looks = 0;
        for (var attempt = input.Attempt; attempt <= input.Options.MaxAttempts; attempt++)
        {
            var order = new StageOrder(
                context.RunId, input.Session, input.Stage, input.Input, input.Generation, input.Fingerprint, attempt, input.Listener);
            var status = await context.DoAsync(Start, order);
            while (status.State is LaunchState.Waiting or LaunchState.Working)
            {
                // An order that has a machine gets no second, so that asking again for it does no harm.
                if (looks++ == LooksPerHistory)
                    return await context.ContinueAsync(Main.Reference, input with { Attempt = attempt });
                status = await NextAsync(context, order, input.Options);
            }
            if (status.Outcome is { Output: { } output })
                return output;
            error = status.Outcome?.Error ?? status.Detail;
            if (status.Outcome is { Error: not null, Permanent: true } ended)
                throw ended.IsCancelled ? new HostedRunCancelledException() : new PermanentStageException(error);
            await context.DoAsync(Stop, order);
            if (status.State == LaunchState.GivenUp)
                throw status.IsCancelled ? new HostedRunCancelledException() : new PermanentStageException(error);
        }
        throw new PermanentStageException(
            $"Stage {input.Stage} was given {input.Options.MaxAttempts} machines and none completed it; the last: {error}");
    }

    private static async Task<LaunchStatus> NextAsync(IWorkflowContext context, StageOrder order, LaunchOptions options)
    {
        try
        {
            await context.WaitForEventAsync<LaunchSignal>(order.Event, options.Poll);
        }
        catch (TimeoutException)
        {
            // The event may be lost, or the machine dead: look.
        }
        var status = await context.DoAsync(Look, new LaunchStatusRequest(order, options));
        if (status.State == LaunchState.Waiting)
            context.Report(new WorkflowStatus("waiting for a machine", 0, 1));
        else if (status.Progress is { } progress)
            context.Report(new WorkflowStatus("training", (int)progress.Done, (int)progress.Total));
        return status;
    }
}

/// <summary>An order to get the status of, and its limits.</summary>
public sealed record LaunchStatusRequest(StageOrder Order, LaunchOptions Options);

/// <summary>An execution ended.</summary>
public sealed record LaunchSignal(string Execution);
