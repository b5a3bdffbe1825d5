using System.Diagnostics;
using System.Text.Json;
using ContrastivePipeline.Workflow.Operations;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;
using ContrastivePipeline.Workflow.Telemetry;

namespace ContrastivePipeline.Workflow.Hosting.Activities;

/// <summary>
/// Runs one stage or operation at a time for a durable host, which may deliver a request twice and on any machine. The run's record
/// is kept in step, and a run that is cancelled stops at the stage's next safe point.
/// </summary>
/// <param name="runner">Runs stages.</param>
/// <param name="operations">Does operations.</param>
/// <param name="runs">The records of runs.</param>
/// <param name="log">Watches everything.</param>
/// <param name="time">The clock.</param>
public sealed class ActivityHost(StageRunner runner, OperationRegistry operations, RunStore runs, IRunObserver log, TimeProvider time)
{
    /// <summary>Looks whether a stage is done; if it is, the run's record has it.</summary>
    public async Task<FoundStage> FindAsync(StageRequest request, CancellationToken cancellationToken)
    {
        using var entered = CurrentRun.Enter(request.RunId);
        var call = CallOf(request);
        var found = await runner.FindAsync(call.Identity, cancellationToken);
        if (found is not null)
        {
            await using var recorder = request.RunId.Length > 0 ? new SharedRunRecorder(runs, request.RunId, time) : null;
            using var reporter = new StageReporter(call.Identity, recorder is null ? log : new Observers(recorder, log), time);
            reporter.Cached();
        }
        return new FoundStage(call.Identity.Fingerprint, found);
    }

    /// <summary>Runs a stage, or fetches the output that it has already.</summary>
    /// <exception cref="OperationCanceledException">The machine is being taken away: ask again.</exception>
    public async Task<ActivityAnswer> RunStageAsync(StageRequest request, CancellationToken cancellationToken)
    {
        using var entered = CurrentRun.Enter(request.RunId);
        var call = CallOf(request);
        if (request.RunId.Length == 0)
            return await RunStageAsync(call, 1, log, cancellationToken, CancellationToken.None);
        var run = await runs.GetAsync(request.RunId, cancellationToken) ?? throw new RunNotFoundException(request.RunId);
        if (await runs.IsCancelRequestedAsync(run, cancellationToken))
            return new ActivityAnswer(null, RunEnd.Cancelled);
        await using var recorder = new SharedRunRecorder(runs, run.Id, time);
        await using var outside = new CancelWatch(runs, run, time);
        var attempt = 1 + (run.Stages.FirstOrDefault(stage => stage.Fingerprint == call.Identity.Fingerprint)?.Attempts ?? 0);
        return await RunStageAsync(call, attempt, new Observers(recorder, log), cancellationToken, outside.Requested);
    }

    private async Task<ActivityAnswer> RunStageAsync(
        StageCall call, int attempt, IRunObserver observer, CancellationToken cancellationToken, CancellationToken cancelled)
    {
        using var reporter = new StageReporter(call.Identity, observer, time);
        if (await runner.FindAsync(call.Identity, cancellationToken) is { } done)
        {
            reporter.Cached();
            return new ActivityAnswer(done, null);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cancelled);
        var metered = reporter.Start(attempt);
        try
        {
            var output = await OnItsThreadAsync(call, () => runner.RunAsync(call, metered, stop.Token));
            reporter.Completed(attempt);
            return new ActivityAnswer(output, null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            reporter.Interrupted(attempt);
            if (!cancelled.IsCancellationRequested)
                throw;
            return new ActivityAnswer(null, RunEnd.Cancelled);
        }
        catch (Exception fault)
        {
            reporter.Failed(attempt, fault.Message);
            if (TransientFaults.IsTransient(fault))
                throw;
            return new ActivityAnswer(null, $"Stage {call.Identity} failed: {fault.Message}", ToldFailure.Of(fault));
        }
    }

    /// <summary>Does an operation.</summary>
    public async Task<ActivityAnswer> DoAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        using var entered = CurrentRun.Enter(request.RunId);
        using var span = PipelineTelemetry.StartSpan($"operation {request.Operation}");
        try
        {
            return new ActivityAnswer(await operations.RunAsync(request.Operation, request.Input, cancellationToken), null);
        }
        catch (Exception fault) when (!TransientFaults.IsTransient(fault) && fault is not OperationCanceledException)
        {
            span?.SetStatus(ActivityStatusCode.Error, fault.Message);
            return new ActivityAnswer(null, fault.Message);
        }
    }

    private StageCall CallOf(StageRequest request) => new(runner.Stages[request.Stage], request.Input, request.Generation);

    private static Task<JsonElement> OnItsThreadAsync(StageCall call, Func<Task<JsonElement>> run) =>
        call.Stage.Resource == StageResource.Training ? DedicatedThread.RunAsync(call.Identity.ToString(), run) : Task.Run(run);
}
