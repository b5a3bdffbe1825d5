using System.Collections.Concurrent;
using System.Text.Json;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Runs experiments in the background of this process. Disposed, it asks its runs to stop and waits; they can be resumed.</summary>
/// <param name="pipeline">Runs them.</param>
/// <param name="requests">Turns experiments into runs.</param>
/// <param name="options">How many at once, and which files they may name.</param>
/// <param name="observer">Watches all runs.</param>
public sealed class LocalRunControl(
    LocalPipeline pipeline, ReproductionRequests requests, LocalRunControlOptions options, IRunObserver observer) : IRunControl, IAsyncDisposable
{
    // A run gives its experiment back a moment after its record says that it ended.
    private static readonly TimeSpan s_claimPatience = TimeSpan.FromSeconds(1);

    private readonly RunStore _runs = pipeline.Runs;
    private readonly RunKeys _keys = new(pipeline.Store, pipeline.Time);
    private readonly SemaphoreSlim _turns = new(options.RunsAtOnce);
    private readonly SemaphoreSlim _opening = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, ActiveRun> _active = new();

    /// <inheritdoc/>
    public async Task<RunTicket> StartAsync(RunStart start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        RunKeys.Validate(start.IdempotencyKey);
        var key = start.IdempotencyKey;
        var print = Fingerprint.Of(start with { IdempotencyKey = null });
        if (await FindRepeatedAsync(key, print, cancellationToken) is { } repeated)
            return repeated;

        var text = await requests.ReadAsync(start, options.DataFolder, cancellationToken);
        var request = await requests.CreateAsync(text, pipeline.Store, start.Dataset, start.Fresh, cancellationToken);
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
        if (_active.TryGetValue(runId, out var active))
        {
            await active.StopAsync(() => observer.Observe(new RunStopRequested(pipeline.Time.GetUtcNow(), runId)));
            return;
        }
        var run = await GetAsync(runId, cancellationToken);
        if (run.State is RunState.Completed or RunState.Failed)
            throw new RunStateException($"Run '{runId}' has ended ({(run.State == RunState.Completed ? "completed" : "failed")}): there is nothing to cancel.");
        if (run.State == RunState.Running && !await TryEndDeadAsync(run, cancellationToken))
            await _runs.RequestCancelAsync(run, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RunTicket> ResumeAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await GetAsync(runId, cancellationToken);
        if (run.State == RunState.Completed)
            throw new RunStateException($"Run '{runId}' is completed: there is nothing left to do.");
        try
        {
            var request = ReproductionRequests.Again(run.Experiment, WorkflowJson.FromElement<ReproductionInput>(run.Input));
            return await LaunchAsync(request with { Resume = runId }, null, cancellationToken);
        }
        catch (JsonException other)
        {
            throw new RunStateException(
                $"Run '{runId}' was started by another version of the program ({run.CodeVersion}), whose input this one cannot read: {other.Message}");
        }
    }

    /// <summary>Asks all runs of this process to stop at their next checkpoints, and waits until they have.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await Task.WhenAll(_active.Values.Select(run => run.Ended));
        _stopping.Dispose();
        _turns.Dispose();
        _opening.Dispose();
    }

    private async Task<RunTicket> LaunchAsync(
        RunRequest<ReproductionInput, ReproductionOutput> request, Func<string, CancellationToken, Task<string>>? reserve,
        CancellationToken cancellationToken)
    {
        if (_active.Count >= options.RunsAtOnce + options.WaitingRuns)
            throw new RunLimitException(_active.Count);
        var run = await pipeline.Launcher.OpenAsync(request, s_claimPatience, reserve, observer, cancellationToken);
        var active = new ActiveRun(_stopping.Token);
        _active[run.Id] = active;
        active.Ended = Task.Run(() => RunAsync(run, active), CancellationToken.None);
        return new RunTicket(run.Id, request.Experiment, run.IsResumed, Repeated: false);
    }

    private async Task RunAsync(OpenRun<ReproductionInput, ReproductionOutput> run, ActiveRun active)
    {
        var hasTurn = false;
        try
        {
            await run.RunAsync(WaitAsync, observer, active.Token);
        }
        catch (Exception fault) when (fault is StageFailedException or OperationCanceledException)
        {
            // The run's record and its observers have it.
        }
        catch (Exception fault)
        {
            observer.Observe(new RunFinished(pipeline.Time.GetUtcNow(), run.Id, RunState.Failed, fault.Message));
        }
        finally
        {
            if (hasTurn)
                _turns.Release();
            await run.DisposeAsync();
            _active.TryRemove(run.Id, out _);
            active.Dispose();
        }

        async Task WaitAsync(CancellationToken cancellationToken)
        {
            await _turns.WaitAsync(cancellationToken);
            hasTurn = true;
        }
    }

    private async Task<RunTicket?> FindRepeatedAsync(string? key, string request, CancellationToken cancellationToken)
    {
        // A key whose run has no record was tied to it by a process that died at that moment.
        return key is not null && await _keys.FindAsync(key, request, cancellationToken) is { } id
            && await _runs.GetAsync(id, cancellationToken) is { } run
            ? new RunTicket(run.Id, run.Experiment, Resumed: false, Repeated: true)
            : null;
    }

    /// <summary>Notes the end of a run whose process died.</summary>
    /// <returns>False when a process works on it.</returns>
    private async Task<bool> TryEndDeadAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var isLast = (await _runs.LatestAsync(run.Experiment, cancellationToken))?.Id == run.Id;
        if (isLast && await _runs.IsActiveAsync(run.Experiment, cancellationToken))
            return false;
        var end = new RunFinished(pipeline.Time.GetUtcNow(), run.Id, RunState.Interrupted, null);
        try
        {
            await _runs.SaveAsync(run.After(end) with { State = end.State, Finished = end.At }, cancellationToken);
            return true;
        }
        catch (RunTakenOverException)
        {
            return false;
        }
    }

    private async Task<RunRecord> GetAsync(string id, CancellationToken cancellationToken) =>
        await _runs.GetAsync(id, cancellationToken) ?? throw new RunNotFoundException(id);
}
