using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Starts a run, or goes on with the one that did not complete.</summary>
/// <param name="runs">The records.</param>
/// <param name="host">Runs the workflow.</param>
/// <param name="time">The clock.</param>
public sealed class RunLauncher(RunStore runs, LocalHost host, TimeProvider time)
{
    // Longer than a lease outlives the process that held it, so that a killed run goes on without a second command.
    private static readonly TimeSpan ClaimPatience = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan ClaimPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWritePatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs an experiment to its end. The last run of the same experiment and input goes on if it did not complete; else a new
    /// one begins, which finds what earlier ones did. A fresh run opens a cache generation of its own, which later runs share.
    /// </summary>
    /// <param name="request">What to run.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Asks the run to stop; it is then marked interrupted.</param>
    /// <exception cref="RunBusyException">Another process works on this experiment.</exception>
    /// <exception cref="RunTakenOverException">Another process took the run over while the store was out of reach.</exception>
    /// <exception cref="StageFailedException">A stage failed for good.</exception>
    /// <exception cref="OperationCanceledException">The run was asked to stop.</exception>
    public async Task<RunOutcome<TOutput>> RunAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, IRunObserver observer, CancellationToken cancellationToken)
    {
        await using var claim = await ClaimAsync(request.Experiment, observer, cancellationToken);
        var run = await OpenAsync(request, cancellationToken);
        await using var recorder = new RunRecorder(runs, run, time);
        var everyone = new Observers(recorder, observer);
        everyone.Observe(new RunStarted(time.GetUtcNow(), run.Id, Resumed: run.Session > 1));
        TOutput output;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claim.Lost);
        try
        {
            output = await host.RunAsync(request.Workflow, request.Input, new RunScope(run.Id, run.Generation), everyone, stop.Token);
        }
        catch (OperationCanceledException) when (claim.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RunTakenOverException(run.Id);
        }
        catch (Exception fault)
        {
            var interrupted = fault is OperationCanceledException && cancellationToken.IsCancellationRequested;
            var state = interrupted ? RunState.Interrupted : RunState.Failed;
            var error = await TryEndAsync(recorder, run with { State = state, Error = interrupted ? null : fault.Message });
            everyone.Observe(new RunFinished(time.GetUtcNow(), run.Id, state, error));
            throw;
        }

        run = await EndAsync(recorder, run with { State = RunState.Completed, Output = WorkflowJson.ToElement(output) }, cancellationToken);
        everyone.Observe(new RunFinished(time.GetUtcNow(), run.Id, run.State, null));
        return new RunOutcome<TOutput>(run, output);
    }

    private async Task<StoreLease> ClaimAsync(string experiment, IRunObserver observer, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var told = false; ; told = true)
        {
            if (await runs.TryClaimAsync(experiment, cancellationToken) is { } claim)
                return claim;
            if (time.GetElapsedTime(began) > ClaimPatience)
                throw new RunBusyException(experiment);
            if (!told)
                observer.Observe(new RunWaiting(time.GetUtcNow(), experiment));
            await Task.Delay(ClaimPoll, time, cancellationToken);
        }
    }

    private async Task<RunRecord> OpenAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, CancellationToken cancellationToken)
    {
        var fingerprint = Fingerprint.Of(request.Input);
        var last = await runs.LatestAsync(request.Experiment, cancellationToken);
        if (!request.Fresh && last is not null && last.State != RunState.Completed && last.InputFingerprint == fingerprint)
        {
            var resumed = last with
            {
                State = RunState.Running,
                Finished = null,
                Session = last.Session + 1,
                CodeVersion = ProgramVersion.Text,
                Machine = Environment.MachineName,
                Error = null,
            };
            await runs.SaveAsync(resumed, cancellationToken);
            return resumed;
        }

        var id = RunId.New(request.Experiment, time.GetUtcNow());
        var generation = request.Fresh ? id : last?.Generation ?? "";
        var run = new RunRecord(
            id, request.Experiment, fingerprint, generation, RunState.Running, time.GetUtcNow(), null, 1, ProgramVersion.Text,
            Environment.MachineName, WorkflowJson.ToElement(request.Input), null, null, [], null);
        await runs.CreateAsync(run, cancellationToken);
        return run;
    }

    private Task<RunRecord> EndAsync(RunRecorder recorder, RunRecord end, CancellationToken cancellationToken) => recorder.FinishAsync(
        run => run with { State = end.State, Output = end.Output, Error = end.Error, Finished = time.GetUtcNow() }, cancellationToken);

    /// <summary>Records how a run failed; what is left running in the record is known as dead by its free lock.</summary>
    /// <returns>What to tell: the error, and why the record lacks it where it does.</returns>
    private async Task<string?> TryEndAsync(RunRecorder recorder, RunRecord end)
    {
        using var patience = new CancellationTokenSource(LastWritePatience, time);
        try
        {
            await EndAsync(recorder, end, patience.Token);
            return end.Error;
        }
        catch (Exception second) when (second is StoreException or RunTakenOverException or OperationCanceledException)
        {
            return $"{end.Error ?? "Interrupted."} (The run's record could not be updated: {second.Message})";
        }
    }

    private sealed class Observers(params IRunObserver[] all) : IRunObserver
    {
        public void Observe(RunEvent happened)
        {
            foreach (var observer in all)
                observer.Observe(happened);
        }
    }
}
