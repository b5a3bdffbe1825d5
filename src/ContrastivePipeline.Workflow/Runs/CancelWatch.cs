namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Checks every two seconds whether another process cancelled this session of a run.</summary>
internal sealed class CancelWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _requested = new();
    private readonly BackgroundLoop _watching;

    /// <param name="run">The run, with the session that is watched.</param>
    /// <param name="report">Takes failed checks; null where the stages report the same fault.</param>
    public CancelWatch(RunStore runs, RunRecord run, TimeProvider time, Action<string>? report = null)
    {
        Requested = _requested.Token;
        _watching = new BackgroundLoop(
            WatchAsync, Interval,
            fault => report?.Invoke($"It could not be looked up whether the run was cancelled: {fault.Message}"), time);

        async Task<bool> WatchAsync(CancellationToken cancellationToken)
        {
            if (!await runs.IsCancelRequestedAsync(run, cancellationToken))
                return true;
            await _requested.CancelAsync();
            return false;
        }
    }

    /// <summary>Cancelled when the run is cancelled.</summary>
    public CancellationToken Requested { get; }

    public async ValueTask DisposeAsync()
    {
        await _watching.DisposeAsync();
        _requested.Dispose();
    }
}
