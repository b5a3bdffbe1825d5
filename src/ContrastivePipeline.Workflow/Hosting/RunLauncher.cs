using System.Text.Json;

namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>Starts a run, or continues with the one that did not complete.</summary>
public sealed class RunLauncher(RunStore runs, LocalHost host, IRunObserver log, TimeProvider time)
{
    // Longer than a lease outlives the process that held it, so that a killed run continues without a second command.
    private static readonly TimeSpan ClaimTimeout = TimeSpan.FromSeconds(75);

    private readonly RunRegistrar _registrar = new(runs, time);

    /// <summary>Runs an experiment to its end. The last run of the same experiment and input continues if it did not complete; else a new
    /// one begins, which finds what earlier ones did. A fresh run opens a cache generation of its own, which later runs share.</summary>
    /// <param name="cancellationToken">Asks the run to stop; it is then marked interrupted.</param>
    /// <exception cref="RunBusyException">Another process works on this experiment.</exception>
    /// <exception cref="RunTakenOverException">Another process took the run over while the store was out of reach.</exception>
    /// <exception cref="RunCancelledException">Another process cancelled it.</exception>
    /// <exception cref="StageFailedException">A stage failed for good.</exception>
    /// <exception cref="OperationCanceledException">The run was asked to stop.</exception>
    public async Task<RunOutcome<TOutput>> RunAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, IRunObserver observer, CancellationToken cancellationToken)
    {
        await using var run = await OpenAsync(request, ClaimTimeout, null, observer, cancellationToken);
        return await run.RunAsync(null, observer, cancellationToken);
    }

    /// <summary>Claims the experiment and writes the run's record, without running yet.</summary>
    /// <param name="timeout">How long to wait for another process that holds the experiment.</param>
    /// <param name="reserve">Called with the run's id before its record is written; returns the id to use. Null for the run's id.</param>
    /// <param name="observer">Notified when it has to wait.</param>
    /// <exception cref="RunBusyException">Another process works on this experiment.</exception>
    /// <exception cref="RunStateException">The run to resume is not the last of its experiment, or completed.</exception>
    internal async Task<OpenRun<TInput, TOutput>> OpenAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, TimeSpan timeout, Func<string, CancellationToken, Task<string>>? reserve,
        IRunObserver observer, CancellationToken cancellationToken)
    {
        var booked = await _registrar.OpenAsync(request, timeout, reserve, observer, cancellationToken);
        return new OpenRun<TInput, TOutput>(runs, host, log, time, request, booked.Claim, booked.Record);
    }
}

/// <summary>A run that has its record and its claim on the experiment, and can be run once.</summary>
internal sealed class OpenRun<TInput, TOutput>(
    RunStore runs, LocalHost host, IRunObserver log, TimeProvider time, RunRequest<TInput, TOutput> request, StoreLease claim,
    RunRecord run)
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
        RunRecorder recorder, RunFinished end, JsonElement? output, CancellationToken cancellationToken) => recorder.FinishAsync(
            record => record.After(end).SeenAt(end.At) with
            {
                State = end.State,
                Output = output,
                Error = end.Error,
                Finished = end.At,
            }, cancellationToken);

    /// <summary>Records how a run failed; what is left running in the record is known as dead by its free lock.</summary>
    private async Task FailAsync(RunRecorder recorder, Observers everyone, RunState state, string? error)
    {
        var end = new RunFinished(time.GetUtcNow(), run.Id, state, error);
        using var timeout = new CancellationTokenSource(LastWriteTimeout, time);
        try
        {
            await EndAsync(recorder, end, null, timeout.Token);
        }
        catch (Exception second)
            when (second is StoreException or RunTakenOverException or RunRecordException or OperationCanceledException)
        {
            end = end with { Error = $"{error ?? "Interrupted."} (The run's record could not be updated: {second.Message})" };
        }
        everyone.Observe(end);
    }
}
