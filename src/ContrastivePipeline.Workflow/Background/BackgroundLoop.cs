namespace ContrastivePipeline.Workflow.Background;

/// <summary>Repeats a turn until the turn says that it is done, or until disposed. Any fault ends one turn and never the loop:
/// it is reported, and the next turn tries again. A fault that lasts is reported once, and again after a turn that succeeded.</summary>
internal sealed class BackgroundLoop : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task<bool>> _turn;
    private readonly TimeSpan _pause;
    private readonly Action<Exception> _report;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private string? _reported;

    /// <summary>Begins at once, on a thread of the pool.</summary>
    /// <param name="turn">One turn. True to continue, false when there is nothing left to do; its token is cancelled by disposing.</param>
    /// <param name="pause">Time from the end of a turn to the beginning of the next.</param>
    /// <param name="report">Takes what a turn failed with, on any thread; must not throw.</param>
    public BackgroundLoop(Func<CancellationToken, Task<bool>> turn, TimeSpan pause, Action<Exception> report, TimeProvider time)
    {
        (_turn, _pause, _report, _time) = (turn, pause, report, time);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Cancels the turn that is running and waits for its end; no turn begins after it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await TryTurnAsync())
                await Task.Delay(_pause, _time, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryTurnAsync()
    {
        try
        {
            var more = await _turn(_stop.Token);
            _reported = null;
            return more;
        }
        catch (Exception fault) when (!(fault is OperationCanceledException && _stop.IsCancellationRequested))
        {
            if (fault.Message != _reported)
                _report(fault);
            _reported = fault.Message;
            return true;
        }
    }
}
