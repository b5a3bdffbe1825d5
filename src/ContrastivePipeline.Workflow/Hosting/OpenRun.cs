namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>A run that has its record and its claim on the experiment, and can be run once.</summary>
internal sealed class OpenRun<TInput, TOutput>(
    RunStore runs, LocalHost host, IRunObserver log, TimeProvider time, RunRequest<TInput, TOutput> request, StoreLease claim, RunRecord run)
    : IAsyncDisposable
{
    private static readonly TimeSpan LastWriteTimeout = TimeSpan.FromSeconds(10);

    public string Id => run.Id;

    public bool IsResumed => run.Session > 1;

    /// <summary>Runs it to its end; see <see cref="RunLauncher.RunAsync"/> for what is thrown.</summary>
    /// <param name="turn">Waits until the run may begin its work; null where it may at once.</param>
    public async Task<RunOutcome<TOutput>> RunAsync(
        Func<CancellationToken, Task>? turn, IRunObserver observer, CancellationToken cancellationToken)
    {
        using var entered = CurrentRun.Enter(run.Id);
        using var span = RunSpan.Begin(run);
        await using var recorder = new RunRecorder(runs, run, time, Note);
        var everyone = new Observers(span, recorder, log, observer);
        everyone.Observe(new RunStarted(time.GetUtcNow(), run.Id, IsResumed));
        await using var outside = new CancelWatch(runs, run, time, Note);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claim.Lost, outside.Requested);
        using var observing = outside.Requested.Register(() => everyone.Observe(new RunStopRequested(time.GetUtcNow(), run.Id)));
        TOutput output;
        try
        {
            await WaitAsync(turn, everyone, stop.Token);
            var scope = new RunScope(run.Id, run.Generation, request.TrainingStages);
            output = await host.RunAsync(request.Workflow, request.Input, scope, everyone, stop.Token);
        }
        catch (OperationCanceledException) when (claim.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RunTakenOverException(run.Id);
        }
        catch (Exception fault)
        {
            var interrupted = fault is OperationCanceledException && stop.IsCancellationRequested;
            await FailAsync(recorder, everyone, interrupted ? RunState.Interrupted : RunState.Failed, interrupted ? null : fault.Message);
            if (interrupted && !cancellationToken.IsCancellationRequested)
                throw new RunCancelledException(run.Id);
            throw;
        }

        var finished = new RunFinished(time.GetUtcNow(), run.Id, RunState.Completed, null);
        var record = await EndAsync(recorder, finished, WorkflowJson.ToElement(output), cancellationToken);
        everyone.Observe(finished);
        return new RunOutcome<TOutput>(record, output);

        // Beside the record: what is to be noted is that the record cannot be reached.
        void Note(string message)
        {
            var note = new RunNoted(time.GetUtcNow(), message);
            log.Observe(note);
            observer.Observe(note);
        }
    }

    public ValueTask DisposeAsync() => claim.DisposeAsync();

    private async Task WaitAsync(Func<CancellationToken, Task>? turn, Observers everyone, CancellationToken cancellationToken)
    {
        if (turn?.Invoke(cancellationToken) is not { } waiting)
            return;
        if (waiting.IsCompleted)
        {
            await waiting;
            return;
        }
        everyone.Observe(new RunQueued(time.GetUtcNow(), run.Id));
        await waiting;
        everyone.Observe(new RunTurnCame(time.GetUtcNow(), run.Id));
    }

    private static Task<RunRecord> EndAsync(
        RunRecorder recorder, RunFinished end, System.Text.Json.JsonElement? output, CancellationToken cancellationToken) => recorder.FinishAsync(
            record => record.After(end).SeenAt(end.At) with { State = end.State, Output = output, Error = end.Error, Finished = end.At }, cancellationToken);

    /// <summary>Records how a run failed; what is left running in the record is known as dead by its free lock.</summary>
    private async Task FailAsync(RunRecorder recorder, Observers everyone, RunState state, string? error)
    {
        var end = new RunFinished(time.GetUtcNow(), run.Id, state, error);
        using var timeout = new CancellationTokenSource(LastWriteTimeout, time);
        try
        {
            await EndAsync(recorder, end, null, timeout.Token);
        }
        catch (Exception second) when (second is StoreException or RunTakenOverException or RunRecordException or OperationCanceledException)
        {
            end = end with { Error = $"{error ?? "Interrupted."} (The run's record could not be updated: {second.Message})" };
        }
        everyone.Observe(end);
    }
}
