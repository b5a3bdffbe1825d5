using System.Text.Json;

namespace ContrastivePipeline.Workflow.Control;

/// <summary>What every host's run control has in common: idempotency keys, what may be resumed and cancelled.</summary>
/// <param name="dataFolder">The folder that experiments from elsewhere may name files of; null for none.</param>
public abstract class RunControl(
    ArtifactStore store, PipelineRequests requests, string? dataFolder, TimeProvider time) : IRunControl, IAsyncDisposable
{
    /// <summary>How long to wait for an experiment: a run gives it back a moment after its record says that it ended.</summary>
    protected static TimeSpan ClaimTimeout { get; } = TimeSpan.FromSeconds(1);

    private readonly RunKeys _keys = new(store, time);
    private readonly SemaphoreSlim _opening = new(1);

    /// <summary>The records of runs.</summary>
    protected RunStore Runs { get; } = new(store);

    /// <summary>The clock.</summary>
    protected TimeProvider Time => time;

    /// <inheritdoc/>
    public async Task<RunTicket> StartAsync(RunStart start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        RunKeys.Validate(start.IdempotencyKey);
        var key = start.IdempotencyKey;
        var print = Fingerprint.Of(start with { IdempotencyKey = null });
        if (await FindRepeatedAsync(key, print, cancellationToken) is { } repeated)
            return repeated;

        var text = await requests.ReadAsync(start, dataFolder, cancellationToken);
        var request = await requests.CreateAsync(text, store, start.Dataset, start.Fresh, cancellationToken);
        Func<string, CancellationToken, Task<string>>? reserve =
            key is null ? null : (id, stop) => _keys.ReserveAsync(key, print, id, stop);
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return await FindRepeatedAsync(key, print, cancellationToken) ?? await LaunchAsync(request, reserve, cancellationToken);
        }
        catch (RunBusyException)
        {
            // Another process may have taken the same request.
            if (await FindRepeatedAsync(key, print, cancellationToken) is { } meanwhile)
                return meanwhile;
            throw;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <inheritdoc/>
    public async Task CancelAsync(string runId, CancellationToken cancellationToken)
    {
        // A run whose record is complete may still be held here for a moment.
        if ((await GetAsync(runId, cancellationToken)).State != RunState.Completed && await TryStopHereAsync(runId))
            return;
        var run = await GetCancellableAsync(runId, cancellationToken);
        if (run.State == RunState.Running && !await TryEndDeadAsync(run, cancellationToken))
            await RequestCancelAsync(await GetCancellableAsync(runId, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RunTicket> ResumeAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await GetAsync(runId, cancellationToken);
        if (run.State == RunState.Completed)
            throw new RunStateException($"Run '{runId}' is completed: there is nothing left to do.");
        return await ResumeAsync(run, null, cancellationToken);
    }

    /// <summary>Resumes a run.</summary>
    /// <param name="why">Why the host does so by itself; null on request.</param>
    /// <param name="cancellationToken">Gives up before the run has begun.</param>
    protected async Task<RunTicket> ResumeAsync(RunRecord run, string? why, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        RunRequest<PipelineInput, PipelineOutput> request;
        try
        {
            var input = await requests.LocateAsync(WorkflowJson.FromElement<PipelineInput>(run.Input), cancellationToken);
            request = PipelineRequests.Again(run.Experiment, input);
        }
        catch (JsonException other)
        {
            throw new RunStateException(
                $"Run '{run.Id}' was started by another version of the program ({run.CodeVersion}), whose input this one cannot read: "
                    + $"{other.Message}");
        }
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return await LaunchAsync(request with { Resume = run.Id, Redriven = why }, null, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Begins a run, and returns once it has its record.</summary>
    /// <param name="reserve">Called with its id before there is a record of it; may answer with the id to use instead.</param>
    /// <param name="cancellationToken">Gives up before the run has begun.</param>
    protected abstract Task<RunTicket> LaunchAsync(
        RunRequest<PipelineInput, PipelineOutput> request, Func<string, CancellationToken, Task<string>>? reserve,
        CancellationToken cancellationToken);

    /// <summary>Stops a run that this process itself works on.</summary>
    /// <returns>False where it works on no such run.</returns>
    protected virtual Task<bool> TryStopHereAsync(string runId) => Task.FromResult(false);

    /// <summary>Asks the host of a run to stop it.</summary>
    protected virtual Task RequestCancelAsync(RunRecord run, CancellationToken cancellationToken) =>
        Runs.RequestCancelAsync(run, cancellationToken);

    /// <summary>Asks the hosts of earlier sessions of a resumed run to stop.</summary>
    protected Task StopEarlierSessionsAsync(RunRecord run, CancellationToken cancellationToken) =>
        Runs.RequestCancelAsync(run with { Session = run.Session - 1 }, cancellationToken);

    /// <summary>Records that an abandoned run has failed.</summary>
    /// <exception cref="RunTakenOverException">A later session has begun.</exception>
    protected Task FailAsync(RunRecord run, string error, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        return EndAsync(run, RunState.Failed, error, cancellationToken);
    }

    /// <summary>Whether a host works on a run without holding its experiment's claim. Of another host than this one the record is believed.
    /// </summary>
    protected virtual Task<bool> IsActiveAsync(RunRecord run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Task.FromResult(run.Host is not null);
    }

    /// <summary>Releases all resources.</summary>
    public virtual ValueTask DisposeAsync()
    {
        _opening.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task<RunTicket?> FindRepeatedAsync(string? key, string request, CancellationToken cancellationToken)
    {
        // A key whose run has no record was tied to it by a process that died at that moment.
        return key is not null && await _keys.FindAsync(key, request, cancellationToken) is { } id
            && await Runs.GetAsync(id, cancellationToken) is { } run
            ? new RunTicket(run.Id, run.Experiment, Resumed: false, Repeated: true)
            : null;
    }

    /// <summary>Notes the end of a run whose process died.</summary>
    /// <returns>False when a process works on it, or is about to.</returns>
    private async Task<bool> TryEndDeadAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if ((await Runs.LatestAsync(run.Experiment, cancellationToken))?.Id != run.Id)
            return await TryInterruptAsync(run, cancellationToken);
        // The holder of the claim works on the run or is opening it; while we hold the claim, no process can open it.
        await using var claim = await Runs.TryClaimAsync(run.Experiment, cancellationToken);
        if (claim is null)
            return false;
        var now = await GetCancellableAsync(run.Id, cancellationToken);
        return now.State != RunState.Running
            || (!await IsActiveAsync(now, cancellationToken) && await TryInterruptAsync(now, cancellationToken));
    }

    private async Task<bool> TryInterruptAsync(RunRecord run, CancellationToken cancellationToken)
    {
        try
        {
            await EndAsync(run, RunState.Interrupted, null, cancellationToken);
            return true;
        }
        catch (RunTakenOverException)
        {
            return false;
        }
    }

    private Task EndAsync(RunRecord run, RunState state, string? error, CancellationToken cancellationToken)
    {
        var end = new RunFinished(time.GetUtcNow(), run.Id, state, error);
        return Runs.SaveAsync(run.After(end) with { State = state, Error = error, Finished = end.At }, cancellationToken);
    }

    private async Task<RunRecord> GetCancellableAsync(string id, CancellationToken cancellationToken)
    {
        var run = await GetAsync(id, cancellationToken);
        return run.State is RunState.Completed or RunState.Failed
            ? throw new RunStateException(
                $"Run '{id}' has ended ({(run.State == RunState.Completed ? "completed" : "failed")}): there is nothing to cancel.")
            : run;
    }

    private async Task<RunRecord> GetAsync(string id, CancellationToken cancellationToken) =>
        await Runs.GetAsync(id, cancellationToken) ?? throw new RunNotFoundException(id);
}
