using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Looks every other second whether another process asks this session of a run to stop.</summary>
internal sealed class CancelWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly RunStore _runs;
    private readonly RunRecord _run;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _requested = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _watching;

    public CancelWatch(RunStore runs, RunRecord run, TimeProvider time)
    {
        (_runs, _run, _time) = (runs, run, time);
        Requested = _requested.Token;
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Cancelled when somebody asks.</summary>
    public CancellationToken Requested { get; }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _watching;
        _ended.Dispose();
        _requested.Dispose();
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            try
            {
                await Task.Delay(Interval, _time, _ended.Token);
                if (!await _runs.IsCancelRequestedAsync(_run, _ended.Token))
                    continue;
                await _requested.CancelAsync();
                return;
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException)
            {
                // The stages meet the same fault and tell.
            }
        }
    }
}
