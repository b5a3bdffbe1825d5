namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Looks every other second whether another process asks this session of a run to stop.</summary>
internal sealed class CancelWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _requested = new();
    private readonly BackgroundLoop _watching;

    /// <param name="run">The run, with the session that is watched.</param>
    /// <param name="report">Takes what could not be looked up; null where nobody cares, for the stages meet the same fault.</param>
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

    /// <summary>Cancelled when somebody asks.</summary>
    public CancellationToken Requested { get; }

    public async ValueTask DisposeAsync()
    {
        await _watching.DisposeAsync();
        _requested.Dispose();
    }
}
