using System.Collections.Concurrent;

namespace ContrastivePipeline.Workflow.Control;

/// <summary>Runs experiments in the background of this process. Disposal asks its runs to stop and waits; they can be resumed.</summary>
public sealed class LocalRunControl(
    LocalPipeline pipeline, PipelineRequests requests, LocalRunControlOptions options, IRunObserver observer)
    : RunControl(pipeline.Store, requests, options.DataFolder, pipeline.Time)
{
    private readonly SemaphoreSlim _turns = new(options.RunsAtOnce);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, ActiveRun> _active = new();

    /// <summary>Asks all runs of this process to stop at their next checkpoints, and waits until they have.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await Task.WhenAll(_active.Values.Select(run => run.Ended));
        _stopping.Dispose();
        _turns.Dispose();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override async Task<RunTicket> LaunchAsync(
        RunRequest<PipelineInput, PipelineOutput> request, Func<string, CancellationToken, Task<string>>? reserve,
        CancellationToken cancellationToken)
    {
        if (_active.Count >= options.RunsAtOnce + options.WaitingRuns)
            throw new RunLimitException(_active.Count);
        var run = await pipeline.Launcher.OpenAsync(request, ClaimTimeout, reserve, observer, cancellationToken);
        var active = new ActiveRun(_stopping.Token);
        _active[run.Id] = active;
        active.Ended = Task.Run(() => RunAsync(run, active), CancellationToken.None);
        return new RunTicket(run.Id, request.Experiment, run.IsResumed, Repeated: false);
    }

    /// <inheritdoc/>
    protected override async Task<bool> TryStopHereAsync(string runId)
    {
        if (!_active.TryGetValue(runId, out var active))
            return false;
        await active.StopAsync(() => observer.Observe(new RunStopRequested(pipeline.Time.GetUtcNow(), runId)));
        return true;
    }

    private async Task RunAsync(OpenRun<PipelineInput, PipelineOutput> run, ActiveRun active)
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
}

/// <summary>What a <see cref="LocalRunControl"/> takes upon itself.</summary>
public sealed record LocalRunControlOptions
{
    /// <summary>Runs running at once; further ones wait. 4.</summary>
    public int RunsAtOnce { get; init; } = 4;

    /// <summary>Runs that may wait; further ones are refused. 32.</summary>
    public int WaitingRuns { get; init; } = 32;

    /// <summary>Folder whose files the YAML of a request may name; null for none.</summary>
    public string? DataFolder { get; init; }
}

/// <summary>A run that this process works on in the background.</summary>
internal sealed class ActiveRun(CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);

    public CancellationToken Token => _stop.Token;

    /// <summary>Completes, never with a fault, when the run has ended.</summary>
    public Task Ended { get; set; } = Task.CompletedTask;

    /// <summary>Asks it to stop; <paramref name="tell"/> is called the first time.</summary>
    public async Task StopAsync(Action tell)
    {
        try
        {
            if (!_stop.IsCancellationRequested)
                tell();
            await _stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended in this moment by itself.
        }
    }

    public void Dispose() => _stop.Dispose();
}
