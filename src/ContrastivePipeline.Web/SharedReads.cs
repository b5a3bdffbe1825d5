namespace ContrastivePipeline.Web;

/// <summary>Reads that come together, or soon after one another, share one. Of what was read last, so many things are remembered.</summary>
/// <param name="time">The clock.</param>
/// <param name="freshness">How old an answer may be.</param>
/// <param name="capacity">Answers to remember.</param>
internal sealed class SharedReads<T>(TimeProvider time, TimeSpan freshness, int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>What somebody read a moment ago, or reads now, or else a new read.</summary>
    /// <param name="key">Names what is read.</param>
    /// <param name="read">Reads it; nobody who waits can cancel it for the others.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<T> GetAsync(string key, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry) || IsStale(entry))
            {
                if (_entries.Count >= capacity)
                    MakeSpace();
                entry = new Entry(time.GetTimestamp(), Task.Run(read, CancellationToken.None));
                _entries[key] = entry;
            }
            return entry.Answer.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Has the next reader read anew, because what is read was just changed.</summary>
    public void Forget(string key)
    {
        lock (_lock)
            _entries.Remove(key);
    }

    private bool IsStale(Entry entry) => entry.Answer.IsCompleted
        && (!entry.Answer.IsCompletedSuccessfully || time.GetElapsedTime(entry.At) > freshness);

    private void MakeSpace()
    {
        foreach (var (key, _) in _entries.Where(entry => IsStale(entry.Value)).ToArray())
            _entries.Remove(key);
        if (_entries.Count >= capacity)
            _entries.Remove(_entries.MinBy(entry => entry.Value.At).Key);
    }

    private sealed record Entry(long At, Task<T> Answer);
}
