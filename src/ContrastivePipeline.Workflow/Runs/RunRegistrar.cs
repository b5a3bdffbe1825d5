namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Opens runs: claims their experiment and writes their record, for whichever host will do the work.</summary>
/// <param name="isRunning">Whether a host without a claim still works on the last run, asked once claimed. Null if all hold claims.</param>
public sealed class RunRegistrar(RunStore runs, TimeProvider time, Func<RunRecord, CancellationToken, Task<bool>>? isRunning = null)
{
    private static readonly TimeSpan EndPoll = TimeSpan.FromSeconds(0.2);

    /// <summary>Claims the experiment and writes the run's record, without running yet.</summary>
    /// <param name="timeout">How long to wait for another process that holds the experiment.</param>
    /// <param name="reserve">Called with the run's id before its record is written; returns the id to use. Null for the run's id.</param>
    /// <param name="observer">Notified when it has to wait.</param>
    /// <exception cref="RunBusyException">Another process works on this experiment.</exception>
    /// <exception cref="RunStateException">The run to resume is not the last of its experiment, or completed.</exception>
    public async Task<BookedRun> OpenAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, TimeSpan timeout, Func<string, CancellationToken, Task<string>>? reserve,
        IRunObserver observer, CancellationToken cancellationToken)
    {
        var claim = await LeaseWait.AcquireAsync(
            stop => runs.TryClaimAsync(request.Experiment, stop), time, timeout,
            () => observer.Observe(new RunWaiting(time.GetUtcNow(), request.Experiment)), cancellationToken)
            ?? throw new RunBusyException(request.Experiment);
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claim.Lost);
            return new BookedRun(await WriteRecordAsync(request, timeout, reserve, stop.Token), claim);
        }
        catch (OperationCanceledException) when (claim.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await claim.DisposeAsync();
            throw new RunBusyException(request.Experiment);
        }
        catch
        {
            await claim.DisposeAsync();
            throw;
        }
    }

    private async Task<RunRecord> WriteRecordAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, TimeSpan timeout, Func<string, CancellationToken, Task<string>>? reserve,
        CancellationToken cancellationToken)
    {
        var fingerprint = Fingerprint.Of(request.Input);
        var last = await runs.LatestAsync(request.Experiment, cancellationToken);
        CheckResumable(request.Resume, last);
        if (last is { State: RunState.Running, Host: { } host } && host != request.Host)
            throw new RunBusyException(request.Experiment);
        if (last is not null)
            await RefuseWhileRunningAsync(last, timeout, cancellationToken);
        var goesOn = !request.Fresh && last is not null && last.State != RunState.Completed && last.InputFingerprint == fingerprint;
        var id = goesOn ? last!.Id : RunId.New(request.Experiment, time.GetUtcNow());
        if (reserve is not null)
            id = await reserve(id, cancellationToken);
        if (goesOn && id == last!.Id)
        {
            return await runs.TryOpenSessionAsync(last, stored => Resumed(stored, request), cancellationToken)
                ?? throw new RunBusyException(request.Experiment);
        }

        var generation = request.Fresh ? id : last?.Generation ?? "";
        var run = new RunRecord(
            id, request.Experiment, fingerprint, generation, RunState.Running, time.GetUtcNow(), null, 1, ProgramVersion.Text,
            Environment.MachineName, WorkflowJson.ToElement(request.Input), null, null, [], null)
        {
            Host = request.Host,
        };
        return await runs.TryCreateAsync(run, cancellationToken) ? run : throw new RunBusyException(request.Experiment);
    }

    private RunRecord Resumed<TInput, TOutput>(RunRecord run, RunRequest<TInput, TOutput> request) => run with
    {
        State = RunState.Running,
        Finished = null,
        Session = run.Session + 1,
        CodeVersion = ProgramVersion.Text,
        Machine = Environment.MachineName,
        Host = request.Host,
        // The same work, but files may lie elsewhere by now.
        Input = WorkflowJson.ToElement(request.Input),
        Error = null,
        Redrives = request.Redriven is null ? 0 : run.Redrives + 1,
        Log = request.Redriven is { } why
            ? [.. run.Log.TakeLast(RunRecord.LogLength - 1), new RunLogLine(time.GetUtcNow(), "", why)] : run.Log,
    };

    /// <summary>A run whose record says that it ended is given a moment to do so.</summary>
    private async Task RefuseWhileRunningAsync(RunRecord last, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (isRunning is not null && await isRunning(last, cancellationToken))
        {
            if (last.State == RunState.Running || time.GetElapsedTime(began) >= timeout)
                throw new RunBusyException(last.Experiment);
            await Task.Delay(EndPoll, time, cancellationToken);
        }
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

/// <summary>A run that has its record, and its experiment's claim until disposed.</summary>
public sealed record BookedRun(RunRecord Record, StoreLease Claim) : IAsyncDisposable
{
    /// <summary>Whether it resumes where an earlier process left it.</summary>
    public bool IsResumed => Record.Session > 1;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Claim.DisposeAsync();
}
