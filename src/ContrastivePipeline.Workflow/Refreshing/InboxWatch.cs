namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>Polls an inbox every five seconds until disposed.</summary>
public sealed class InboxWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CaptionInbox _inbox;
    private readonly Action<InboxOutcome> _done;
    private readonly Action<string> _notice;
    private readonly BackgroundLoop _watching;

    // A file that cannot be taken, and why: a fault that lasts is worth one word.
    private readonly Dictionary<string, string> _stuck = new(StringComparer.Ordinal);

    /// <summary>Begins to watch.</summary>
    /// <param name="notice">Called with faults that pass, or that a person has to end; without secrets.</param>
    public InboxWatch(CaptionInbox inbox, Action<InboxOutcome> done, Action<string> notice, TimeProvider time)
    {
        (_inbox, _done, _notice) = (inbox, done, notice);
        _watching = new BackgroundLoop(GetStatusAsync, Interval, fault => _notice($"Captions inbox: {fault.Message}"), time);
    }

    /// <summary>Stops; a file that is running stays where it is and is taken again the next time.</summary>
    public ValueTask DisposeAsync() => _watching.DisposeAsync();

    private async Task<bool> GetStatusAsync(CancellationToken cancellationToken)
    {
        var paths = await _inbox.ListAsync(cancellationToken);
        foreach (var gone in _stuck.Keys.Except(paths).ToArray())
            _stuck.Remove(gone);
        foreach (var path in paths)
            await TakeAsync(path, cancellationToken);
        return true;
    }

    // A file that cannot be taken, for whatever reason, must not keep those behind it waiting.
    private async Task TakeAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (await _inbox.ProcessAsync(path, cancellationToken) is { } outcome)
                _done(outcome);
            _stuck.Remove(path);
        }
        catch (Exception fault) when (!(fault is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            if (_stuck.GetValueOrDefault(path) != fault.Message)
                _notice($"Captions inbox, {path}: {fault.Message}");
            _stuck[path] = fault.Message;
        }
    }
}
