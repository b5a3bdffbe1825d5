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

    /// <summary>
    /// Runs an experiment to its end. The last run of the same experiment and input goes on if it did not complete; else a new
    /// one begins, which finds what earlier ones did. A fresh run opens a cache generation of its own, which later runs share.
    /// </summary>
    /// <param name="request">What to run.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Asks the run to stop; it is then marked interrupted.</param>
    /// <exception cref="RunBusyException">Another process works on this experiment.</exception>
    /// <exception cref="RunTakenOverException">Another process took the run over while the store was out of reach.</exception>
    /// <exception cref="RunCancelledException">Another process cancelled it.</exception>
    /// <exception cref="StageFailedException">A stage failed for good.</exception>
    /// <exception cref="OperationCanceledException">The run was asked to stop.</exception>
    public async Task<RunOutcome<TOutput>> RunAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, IRunObserver observer, CancellationToken cancellationToken)
    {
        await using var run = await OpenAsync(request, ClaimPatience, null, observer, cancellationToken);
        return await run.RunAsync(null, observer, cancellationToken);
    }

    /// <summary>Claims the experiment and writes the run's record, without running yet.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="patience">How long to wait for another process that holds the experiment.</param>
    /// <param name="reserve">Told the run's id before there is a record of it, and may answer with the id to use instead; null where nobody cares.</param>
    /// <param name="observer">Told when it has to wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RunBusyException">Another process works on this experiment.</exception>
    /// <exception cref="RunStateException">The run to resume is not the last of its experiment, or completed.</exception>
    internal async Task<OpenRun<TInput, TOutput>> OpenAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, TimeSpan patience, Func<string, CancellationToken, Task<string>>? reserve,
        IRunObserver observer, CancellationToken cancellationToken)
    {
        var claim = await ClaimAsync(request.Experiment, patience, observer, cancellationToken);
        try
        {
            var run = await WriteRecordAsync(request, reserve, cancellationToken);
            return new OpenRun<TInput, TOutput>(runs, host, time, request, claim, run);
        }
        catch
        {
            await claim.DisposeAsync();
            throw;
        }
    }

    private async Task<StoreLease> ClaimAsync(
        string experiment, TimeSpan patience, IRunObserver observer, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var told = false; ; told = true)
        {
            if (await runs.TryClaimAsync(experiment, cancellationToken) is { } claim)
                return claim;
            if (time.GetElapsedTime(began) >= patience)
                throw new RunBusyException(experiment);
            if (!told)
                observer.Observe(new RunWaiting(time.GetUtcNow(), experiment));
            await Task.Delay(ClaimPoll, time, cancellationToken);
        }
    }

    private async Task<RunRecord> WriteRecordAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, Func<string, CancellationToken, Task<string>>? reserve, CancellationToken cancellationToken)
    {
        var fingerprint = Fingerprint.Of(request.Input);
        var last = await runs.LatestAsync(request.Experiment, cancellationToken);
        CheckResumable(request.Resume, last);
        var goesOn = !request.Fresh && last is not null && last.State != RunState.Completed && last.InputFingerprint == fingerprint;
        var id = goesOn ? last!.Id : RunId.New(request.Experiment, time.GetUtcNow());
        if (reserve is not null)
            id = await reserve(id, cancellationToken);
        if (goesOn && id == last!.Id)
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

        var generation = request.Fresh ? id : last?.Generation ?? "";
        var run = new RunRecord(
            id, request.Experiment, fingerprint, generation, RunState.Running, time.GetUtcNow(), null, 1, ProgramVersion.Text,
            Environment.MachineName, WorkflowJson.ToElement(request.Input), null, null, [], null);
        await runs.CreateAsync(run, cancellationToken);
        return run;
    }

    private static void CheckResumable(string? id, RunRecord? last)
    {
        if (id is null)
            return;
        if (last?.Id != id)
        {
            throw new RunStateException(last is null
                ? $"Run '{id}' was deleted."
                : $"Run '{id}' is not the last of its experiment: '{last.Id}' came after it. Resume that one, or start a new run.");
        }
        if (last.State == RunState.Completed)
            throw new RunStateException($"Run '{id}' is completed: there is nothing left to do.");
    }
}
