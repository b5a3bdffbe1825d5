using System.Diagnostics;

namespace ContrastivePipeline.Workflow.Activities;

/// <summary>Runs one stage or operation at a time for a durable host, which may deliver a request twice and on any machine. The run's
/// record is kept in step, and a run that is cancelled stops at the stage's next safe point.</summary>
public sealed class ActivityHost(StageRunner runner, OperationRegistry operations, RunStore runs, IRunObserver log, TimeProvider time)
{
    /// <summary>Finds the output of a stage that is done, and notes it in the run's record.</summary>
    /// <exception cref="OperationCanceledException">The machine is being taken away: ask again.</exception>
    public Task<FoundStage> FindAsync(StageRequest request, CancellationToken cancellationToken) => AnswerAsync(
        request.RunId, () => FindStageAsync(request, cancellationToken),
        fault => new FoundStage("", null) { Failure = fault.Message, MayPass = MayPass(fault) }, cancellationToken);

    /// <summary>Runs a stage, or fetches the output that it has already.</summary>
    /// <exception cref="OperationCanceledException">The machine is being taken away: ask again.</exception>
    public Task<ActivityAnswer> RunStageAsync(StageRequest request, CancellationToken cancellationToken) => AnswerAsync(
        request.RunId, () => RunOfRunAsync(request, cancellationToken), AnswerOf, cancellationToken);

    /// <summary>Does an operation.</summary>
    /// <exception cref="OperationCanceledException">The machine is being taken away: ask again.</exception>
    public Task<ActivityAnswer> DoAsync(OperationRequest request, CancellationToken cancellationToken) => AnswerAsync(
        request.RunId, () => DoOperationAsync(request, cancellationToken), AnswerOf, cancellationToken);

    /// <summary>Answers with every fault but cancellation by the host: an exception that the host sees means that a worker died.</summary>
    private static async Task<T> AnswerAsync<T>(
        string runId, Func<Task<T>> work, Func<Exception, T> failed, CancellationToken cancellationToken)
    {
        using var entered = CurrentRun.Enter(runId);
        try
        {
            return await work();
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return failed(fault);
        }
    }

    private static ActivityAnswer AnswerOf(Exception fault) => new(null, fault.Message) { MayPass = MayPass(fault) };

    // A cancellation that was not requested here is a timeout.
    private static bool MayPass(Exception fault) => fault is OperationCanceledException || TransientFaults.IsTransient(fault);

    private async Task<FoundStage> FindStageAsync(StageRequest request, CancellationToken cancellationToken)
    {
        var call = CallOf(request);
        var found = await runner.FindAsync(call.Identity, cancellationToken);
        if (found is not null)
        {
            await using var recorder = request.RunId.Length > 0 ? new SharedRunRecorder(runs, request.RunId, time, Note) : null;
            using var reporter = new StageReporter(call.Identity, recorder is null ? log : new Observers(recorder, log), time);
            reporter.Cached();
        }
        return new FoundStage(call.Identity.Fingerprint, found);
    }

    private async Task<ActivityAnswer> RunOfRunAsync(StageRequest request, CancellationToken cancellationToken)
    {
        var call = CallOf(request);
        if (request.RunId.Length == 0)
            return await RunStageAsync(call, null, log, cancellationToken, CancellationToken.None);
        var run = await runs.GetAsync(request.RunId, cancellationToken) ?? throw new RunNotFoundException(request.RunId);
        if (await runs.IsCancelRequestedAsync(run, cancellationToken))
            return ActivityAnswer.Cancelled;
        await using var recorder = new SharedRunRecorder(runs, run.Id, time, Note);
        await using var outside = new CancelWatch(runs, run, time, Note);
        var before = run.Stages.FirstOrDefault(stage => stage.Fingerprint == call.Identity.Fingerprint);
        return await RunStageAsync(call, before, new Observers(recorder, log), cancellationToken, outside.Requested);
    }

    private async Task<ActivityAnswer> RunStageAsync(
        StageCall call, RunStage? before, IRunObserver observer, CancellationToken cancellationToken, CancellationToken cancelled)
    {
        using var reporter = new StageReporter(call.Identity, observer, time);
        if (await runner.FindAsync(call.Identity, cancellationToken) is { } done)
        {
            reporter.Cached();
            return new ActivityAnswer(done, null);
        }

        // An attempt that is still recorded as running never reported how it ended.
        if (before is { State: RunState.Running, Attempts: > 0 })
            observer.Observe(new StageLost(time.GetUtcNow(), call.Identity, before.Attempts));
        var attempt = 1 + (before?.Attempts ?? 0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cancelled);
        var metered = reporter.Start(attempt);
        try
        {
            var output = await DedicatedThread.RunAsync(call, () => runner.RunAsync(call, metered, stop.Token));
            reporter.Completed(attempt);
            return new ActivityAnswer(output, null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            reporter.Interrupted(attempt);
            if (!cancelled.IsCancellationRequested)
                throw;
            return ActivityAnswer.Cancelled;
        }
        catch (Exception fault)
        {
            reporter.Failed(attempt, fault.Message);
            var message = $"Stage {call.Identity} failed: {fault.Message}";
            return new ActivityAnswer(null, message, FailureDetails.Of(fault)) { MayPass = MayPass(fault) };
        }
    }

    private async Task<ActivityAnswer> DoOperationAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        using var span = PipelineTelemetry.StartSpan($"operation {request.Operation}");
        try
        {
            return new ActivityAnswer(await operations.RunAsync(request.Operation, request.Input, cancellationToken), null);
        }
        catch (Exception fault)
        {
            span?.SetStatus(ActivityStatusCode.Error, fault.Message);
            throw;
        }
    }

    private void Note(string message) => log.Observe(new RunNoted(time.GetUtcNow(), message));

    private StageCall CallOf(StageRequest request) => new(runner.Stages[request.Stage], request.Input, request.Generation);
}
