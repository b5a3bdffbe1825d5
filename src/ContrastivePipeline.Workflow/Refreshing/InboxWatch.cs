using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>Looks into an inbox every few seconds until disposed.</summary>
public sealed class InboxWatch : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly CaptionInbox _inbox;
    private readonly Action<InboxOutcome> _done;
    private readonly Action<string> _notice;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    // A fault that lasts is worth one word.
    private string? _lastFault;

    /// <summary>Begins to watch.</summary>
    /// <param name="inbox">The inbox.</param>
    /// <param name="done">Told what came of a file.</param>
    /// <param name="notice">Told of faults that pass, or that a person has to end; without secrets.</param>
    /// <param name="time">The clock.</param>
    public InboxWatch(CaptionInbox inbox, Action<InboxOutcome> done, Action<string> notice, TimeProvider time)
    {
        (_inbox, _done, _notice, _time) = (inbox, done, notice, time);
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Stops; a file that is at work stays where it is and is taken again the next time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await GuardAsync(LookAsync);
                await Task.Delay(s_interval, _time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task LookAsync()
    {
        var paths = await _inbox.ListAsync(_stop.Token);
        _lastFault = paths.Count == 0 ? null : _lastFault;
        // A file that cannot be taken must not keep those behind it waiting.
        foreach (var path in paths)
            await GuardAsync(() => TakeAsync(path));
    }

    private async Task TakeAsync(string path)
    {
        if (await _inbox.ProcessAsync(path, _stop.Token) is { } outcome)
            _done(outcome);
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is StoreException or RefreshConflictException or IOException or ArgumentException)
        {
            if (fault.Message != _lastFault)
                _notice($"Captions inbox: {fault.Message}");
            _lastFault = fault.Message;
        }
    }
}
