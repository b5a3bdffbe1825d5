namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Keeps a run's record in step with its events: soon, but never more than one write a second.</summary>
internal sealed class RunRecorder : IRunObserver, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly RunStore _runs;
    private readonly Lock _lock = new();
    private readonly BackgroundLoop _writing;
    private RunRecord _run;
    private RunRecord _saved;

    public RunRecorder(RunStore runs, RunRecord run, TimeProvider time, Action<string> report)
    {
        (_runs, _run, _saved) = (runs, run, run);
        _writing = new BackgroundLoop(WriteAsync, Pause, fault => report($"The run's record lags behind: {fault.Message}"), time);
    }

    public void Observe(RunEvent happened)
    {
        lock (_lock)
            _run = _run.After(happened);
    }

    /// <summary>Writes at once all that was observed until now.</summary>
    /// <exception cref="RunTakenOverException">The run belongs to another process now.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var current = Current();
        if (ReferenceEquals(current, _saved))
            return;
        await _runs.SaveAsync(current, cancellationToken);
        _saved = current;
    }

    /// <summary>Writes the record for the last time.</summary>
    /// <exception cref="RunTakenOverException">The run belongs to another process now.</exception>
    public async Task<RunRecord> FinishAsync(Func<RunRecord, RunRecord> last, CancellationToken cancellationToken)
    {
        await _writing.DisposeAsync();
        var finished = last(Current());
        await _runs.SaveAsync(finished, cancellationToken);
        return finished;
    }

    public ValueTask DisposeAsync() => _writing.DisposeAsync();

    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FlushAsync(cancellationToken);
            return true;
        }
        catch (RunTakenOverException)
        {
            // The last write meets it again, and reports it.
            return false;
        }
    }

    private RunRecord Current()
    {
        lock (_lock)
            return _run;
    }
}
