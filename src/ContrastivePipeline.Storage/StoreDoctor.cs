using System.Diagnostics;

namespace ContrastivePipeline.Storage;

/// <summary>What a check of a store found.</summary>
/// <param name="Address">The container's URL, without secrets.</param>
/// <param name="Write">Time of a small write; null when the check failed.</param>
/// <param name="Read">Time of a small read; null when the check failed.</param>
/// <param name="Problem">What is wrong and what to do; null when all is well.</param>
public sealed record StoreHealth(string Address, TimeSpan? Write, TimeSpan? Read, string? Problem);

/// <summary>Checks that a store can be written and read.</summary>
public static class StoreDoctor
{
    private static readonly ArtifactStoreOptions ShortTimeouts =
        new() { RetryFor = TimeSpan.FromSeconds(5), AttemptTimeout = TimeSpan.FromSeconds(5) };

    /// <summary>Opens the store, creating its container where there is none; writes, reads and deletes a small blob.</summary>
    public static async Task<StoreHealth> CheckAsync(StoreAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        try
        {
            var store = await ArtifactStore.OpenAsync(address, ShortTimeouts, cancellationToken);
            var path = $"doctor/{Guid.NewGuid():N}";
            var clock = Stopwatch.StartNew();
            var artifact = await store.WriteAsync(path, "hello"u8.ToArray(), cancellationToken);
            var write = clock.Elapsed;
            await store.ReadAsync(artifact, cancellationToken);
            var read = clock.Elapsed - write;
            await store.DeleteAsync(path, cancellationToken);
            return new StoreHealth(store.Address, write, read, null);
        }
        catch (StoreException e)
        {
            return new StoreHealth(address.ToString(), null, null, e.Message);
        }
    }
}
