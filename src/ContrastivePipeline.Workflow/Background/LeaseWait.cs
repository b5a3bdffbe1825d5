namespace ContrastivePipeline.Workflow.Background;

/// <summary>Waits for a lock of the store that another process holds.</summary>
internal static class LeaseWait
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Tries to take the lock, once a second.</summary>
    /// <param name="timeout">How long to continue trying; null for as long as it takes.</param>
    /// <param name="waiting">Called once, where it cannot be taken at once.</param>
    /// <returns>The lock; null after the timeout.</returns>
    public static async Task<StoreLease?> AcquireAsync(
        Func<CancellationToken, Task<StoreLease?>> tryAcquire, TimeProvider time, TimeSpan? timeout, Action? waiting,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tryAcquire);
        ArgumentNullException.ThrowIfNull(time);
        var began = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            if (await tryAcquire(cancellationToken) is { } lease)
                return lease;
            if (timeout is { } limit && time.GetElapsedTime(began) >= limit)
                return null;
            if (isFirst)
                waiting?.Invoke();
            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    /// <summary>Waits for the lock that a blob stands for, however long it takes.</summary>
    /// <param name="waiting">Called once, where it cannot be taken at once.</param>
    public static async Task<StoreLease> WaitForLeaseAsync(
        this ArtifactStore store, string path, TimeProvider time, Action? waiting, CancellationToken cancellationToken) =>
        (await AcquireAsync(stop => store.TryAcquireLeaseAsync(path, stop), time, timeout: null, waiting, cancellationToken))!;
}
