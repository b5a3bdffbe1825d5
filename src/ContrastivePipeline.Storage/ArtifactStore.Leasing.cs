using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ContrastivePipeline.Storage;

public sealed partial class ArtifactStore
{
    /// <summary>Acquires the lock that a blob represents, and creates the blob. A lock of an ended process of this machine is
    /// broken.</summary>
    /// <param name="path">A path of its own, for example <c>runs/demo/lock.json</c>; the blob then names its holder.</param>
    /// <param name="cancellationToken">Cancels the requests; a lease that was taken meanwhile is given back.</param>
    /// <returns>Null when another process holds it: <see cref="TryReadLeaseHolderAsync"/> returns which.</returns>
    public Task<StoreLease?> TryAcquireLeaseAsync(string path, CancellationToken cancellationToken = default) =>
        TryAcquireLeaseAsync(path, ProcessIdentity.Current, cancellationToken);

    /// <summary>The process that acquired the lock last; null where none ever did, or where the blob does not name it.</summary>
    public async Task<ProcessIdentity?> TryReadLeaseHolderAsync(string path, CancellationToken cancellationToken = default) =>
        (await TryReadLockAsync(path, cancellationToken))?.Holder;

    /// <summary>Whether a process holds the lock; one of this machine that has ended does not. Changes nothing.</summary>
    public async Task<bool> IsLeasedAsync(string path, CancellationToken cancellationToken = default)
    {
        var leased = await _faults.GuardAsync($"look at lock '{path}'", async () =>
        {
            try
            {
                BlobProperties properties = await Blob(path).GetPropertiesAsync(cancellationToken: cancellationToken);
                return properties.LeaseState is LeaseState.Leased or LeaseState.Breaking;
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return false;
            }
        }, cancellationToken);
        return leased && await TryReadLeaseHolderAsync(path, cancellationToken) is not { IsKnownDead: true };
    }

    internal async Task<StoreLease?> TryAcquireLeaseAsync(string path, ProcessIdentity holder, CancellationToken cancellationToken)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(holder);
        await TryCreateAsync(path, content, cancellationToken);
        var lease = Blob(path).GetBlobLeaseClient();
        try
        {
            return await _faults.GuardAsync($"lock '{path}'", async () =>
            {
                if (!await TryTakeAsync(lease, cancellationToken))
                {
                    if (!await TryBreakAsync(path, lease, cancellationToken) || !await TryTakeAsync(lease, cancellationToken))
                        return null;
                }

                return await TrySignAsync(path, content, lease.LeaseId, cancellationToken)
                    ? new StoreLease(Blob(path), lease, TimeProvider.System)
                    : null;
            }, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The store may have granted the lease before the request was cancelled: a process that continues must not keep it.
            await StoreLease.ReleaseAsync(lease);
            throw;
        }
    }

    private static async Task<bool> TryTakeAsync(BlobLeaseClient lease, CancellationToken cancellationToken)
    {
        try
        {
            await lease.AcquireAsync(StoreLease.Duration, cancellationToken: cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409)
        {
            // Another process has it, or has just released it and deleted its blob.
            return false;
        }
    }

    // A process that acquires the lock writes its identity into the blob at once, which changes the ETag. Of several processes that see
    // the same dead holder, those that come after that write cannot break the new lock, and one that acquired the lock before it cannot
    // write its identity if another has broken the lock again.
    private async Task<bool> TryBreakAsync(string path, BlobLeaseClient lease, CancellationToken cancellationToken)
    {
        if (await TryReadLockAsync(path, cancellationToken) is not { Holder.IsKnownDead: true, ETag: var seen })
            return false;
        try
        {
            await lease.BreakAsync(TimeSpan.Zero, new RequestConditions { IfMatch = seen }, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private async Task<bool> TrySignAsync(string path, byte[] content, string leaseId, CancellationToken cancellationToken)
    {
        try
        {
            var options = Options(Describe(path, content), new BlobRequestConditions { LeaseId = leaseId }, writeId: null);
            await Blob(path).UploadAsync(BinaryData.FromBytes(content), options, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    // A lock that does not name its holder is treated as one of another machine: respected while held, replaced once it is free.
    private async Task<(ProcessIdentity? Holder, ETag ETag)?> TryReadLockAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await TryReadAsync(path, cancellationToken) is { } blob
                ? (JsonSerializer.Deserialize<ProcessIdentity>(blob.Content), blob.ETag)
                : null;
        }
        catch (Exception e) when (e is JsonException or ArtifactCorruptException)
        {
            return (null, default);
        }
    }
}
