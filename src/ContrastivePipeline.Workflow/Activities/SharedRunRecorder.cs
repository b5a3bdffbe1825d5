namespace ContrastivePipeline.Workflow.Activities;

/// <summary>Adds the events of one stage to a run's record, beside others that add theirs from other machines. An event leaves only once it
/// is written. Disposed, it has written all, or has tried for five minutes and reported that it could not.</summary>
internal sealed class SharedRunRecorder : IRunObserver, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastPatience = TimeSpan.FromMinutes(5);

    private readonly RunStore _runs;
    private readonly string _runId;
    private readonly TimeProvider _time;
    private readonly Action<string> _report;
    private readonly Lock _lock = new();
    private readonly List<RunEvent> _waiting = [];
    private readonly BackgroundLoop _writing;

    /// <param name="report">Takes the reason why the record lags behind.</param>
    public SharedRunRecorder(RunStore runs, string runId, TimeProvider time, Action<string>? report = null)
    {
        (_runs, _runId, _time, _report) = (runs, runId, time, report ?? (_ => { }));
        _writing = new BackgroundLoop(WriteAsync, Pause, Report, time);
    }

    public void Observe(RunEvent happened)
    {
        lock (_lock)
            _waiting.Add(happened);
    }

    public async ValueTask DisposeAsync()
    {
        await _writing.DisposeAsync();
        using var timeout = new CancellationTokenSource(LastPatience, _time);
        var done = new TaskCompletionSource();
        await using var last = new BackgroundLoop(
            async stop =>
            {
                var more = await WriteAsync(stop) && Count > 0;
                if (!more)
                    done.TrySetResult();
                return more;
            },
            TimeSpan.FromSeconds(1), Report, _time);
        await using var over = timeout.Token.Register(() => done.TrySetResult());
        await done.Task;
        if (Count > 0)
            _report($"{Count} events of run {_runId} could not be written into its record.");
    }

    private int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        RunEvent[] batch;
        lock (_lock)
            batch = [.. _waiting];
        if (batch.Length == 0)
            return true;
        try
        {
            await _runs.UpdateAsync(_runId, run => batch.Aggregate(run, RunRecordReducer.After), cancellationToken);
        }
        catch (RunNotFoundException)
        {
            // The record was deleted: there is nothing to update.
        }
        lock (_lock)
            _waiting.RemoveRange(0, batch.Length);
        return true;
    }

    private void Report(Exception fault) => _report($"The record of run {_runId} lags behind: {fault.Message}");
}
