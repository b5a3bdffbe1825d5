using System.Collections.Concurrent;

namespace ContrastivePipeline.Storage;

/// <summary>Counts the store requests of the asynchronous flow that created it, and of the flows started from that one, until disposed. Of
/// nested meters only the innermost counts.</summary>
public sealed class StoreMeter : IDisposable
{
    private static readonly AsyncLocal<StoreMeter?> Ambient = new();

    private readonly ConcurrentDictionary<string, long> _stored = new(StringComparer.Ordinal);
    private readonly StoreMeter? _outer = Ambient.Value;
    private long _requests;
    private long _writes;
    private long _sent;
    private long _received;

    private StoreMeter(KeyValuePair<string, object?>[] tags) => Tags = tags;

    /// <summary>The requests so far.</summary>
    public StoreUsage Usage => new(
        Interlocked.Read(ref _requests), Interlocked.Read(ref _writes), Interlocked.Read(ref _sent), Interlocked.Read(ref _received),
        _stored.Values.Sum());

    /// <summary>The meter of the current flow, or null.</summary>
    internal static StoreMeter? Current => Ambient.Value;

    /// <summary>What this work is, for the metrics of its requests.</summary>
    internal KeyValuePair<string, object?>[] Tags { get; }

    /// <summary>Begins to count in the caller's flow.</summary>
    /// <param name="tags">What the work is, for the metrics of its requests.</param>
    public static StoreMeter Begin(params KeyValuePair<string, object?>[] tags) => Ambient.Value = new StoreMeter(tags);

    /// <summary>Gives the caller's flow back to the meter outside of this one.</summary>
    public void Dispose()
    {
        if (Ambient.Value == this)
            Ambient.Value = _outer;
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

/// <summary>Requests to a store and the bytes that they moved.</summary>
/// <param name="Requests">HTTP requests, repeated ones among them.</param>
/// <param name="Writes">Those of them that write or list, which Azure prices alike and at about ten times the others.</param>
/// <param name="BytesSent">Bytes of request bodies.</param>
/// <param name="BytesReceived">Bytes of response bodies.</param>
/// <param name="BytesStored">Bytes of blobs that were written and not deleted again.</param>
public sealed record StoreUsage(long Requests, long Writes, long BytesSent, long BytesReceived, long BytesStored)
{
    /// <summary>No request.</summary>
    public static StoreUsage None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>Adds every figure.</summary>
    public static StoreUsage operator +(StoreUsage left, StoreUsage right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new StoreUsage(
            left.Requests + right.Requests, left.Writes + right.Writes, left.BytesSent + right.BytesSent,
            left.BytesReceived + right.BytesReceived, left.BytesStored + right.BytesStored);
    }
}
