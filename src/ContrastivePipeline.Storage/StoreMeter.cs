using System.Collections.Concurrent;

namespace ContrastivePipeline.Storage;

/// <summary>
/// Counts what the asynchronous flow that began it, and all that it starts, asks of stores, until disposed. Of nested meters the
/// innermost counts.
/// </summary>
public sealed class StoreMeter : IDisposable
{
    private static readonly AsyncLocal<StoreMeter?> s_current = new();

    private readonly ConcurrentDictionary<string, long> _stored = new(StringComparer.Ordinal);
    private readonly StoreMeter? _outer = s_current.Value;
    private long _requests;
    private long _writes;
    private long _sent;
    private long _received;

    private StoreMeter(KeyValuePair<string, object?>[] tags) => Tags = tags;

    /// <summary>What was asked so far.</summary>
    public StoreUsage Usage => new(
        Interlocked.Read(ref _requests), Interlocked.Read(ref _writes), Interlocked.Read(ref _sent), Interlocked.Read(ref _received),
        _stored.Values.Sum());

    /// <summary>The meter of the current flow, or null.</summary>
    internal static StoreMeter? Current => s_current.Value;

    /// <summary>What this work is, for the metrics of its requests.</summary>
    internal KeyValuePair<string, object?>[] Tags { get; }

    /// <summary>Begins to count in the caller's flow.</summary>
    /// <param name="tags">What the work is, for the metrics of its requests.</param>
    public static StoreMeter Begin(params KeyValuePair<string, object?>[] tags) => s_current.Value = new StoreMeter(tags);

    /// <summary>Gives the caller's flow back to the meter outside of this one.</summary>
    public void Dispose()
    {
        if (s_current.Value == this)
            s_current.Value = _outer;
    }

    internal void Requested(bool isWrite, long sent, long received)
    {
        Interlocked.Increment(ref _requests);
        if (isWrite)
            Interlocked.Increment(ref _writes);
        Interlocked.Add(ref _sent, sent);
        Interlocked.Add(ref _received, received);
    }

    internal void Stored(string path, long length) => _stored[path] = length;

    internal void Deleted(string path) => _stored.TryRemove(path, out _);
}
