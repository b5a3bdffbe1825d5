using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ContrastivePipeline.Storage;

public sealed partial class ArtifactStore
{
    /// <summary>Takes the lock that a blob stands for, creating the blob. Takes it from a process of this machine that has ended.</summary>
    /// <param name="path">A path of its own, for example <c>runs/demo/lock.json</c>; the blob then names its holder.</param>
    /// <param name="ct">Stops.</param>
    /// <returns>Null when somebody else holds it: <see cref="TryReadLeaseHolderAsync"/> tells who.</returns>
    public Task<StoreLease?> TryAcquireLeaseAsync(string path, CancellationToken ct = default) =>
        TryAcquireLeaseAsync(path, ProcessIdentity.Current, ct);

    /// <summary>The process that took the lock last; null where nobody ever did, or where the blob does not say who.</summary>
    public async Task<ProcessIdentity?> TryReadLeaseHolderAsync(string path, CancellationToken ct = default) =>
        (await TryReadLockAsync(path, ct).ConfigureAwait(false))?.Holder;

    /// <summary>Whether somebody holds the lock right now; a process of this machine that has ended does not. Looks without touching.</summary>
    public async Task<bool> IsLeasedAsync(string path, CancellationToken ct = default)
    {
        var leased = await faults.GuardAsync($"look at lock '{path}'", async () =>
        {
            try
            {
                BlobProperties properties = await Blob(path).GetPropertiesAsync(cancellationToken: ct).ConfigureAwait(false);
                return properties.LeaseState is LeaseState.Leased or LeaseState.Breaking;
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return false;
            }
        }, ct).ConfigureAwait(false);
        return leased && await TryReadLeaseHolderAsync(path, ct).ConfigureAwait(false) is not { IsKnownDead: true };
    }

    internal async Task<StoreLease?> TryAcquireLeaseAsync(string path, ProcessIdentity holder, CancellationToken ct)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(holder);
        await TryCreateAsync(path, content, ct).ConfigureAwait(false);
        var lease = Blob(path).GetBlobLeaseClient();
        try
        {
            return await faults.GuardAsync($"lock '{path}'", async () =>
            {
                if (!await TryTakeAsync(lease, ct).ConfigureAwait(false))
                {
                    if (!await TryBreakAsync(path, lease, ct).ConfigureAwait(false) || !await TryTakeAsync(lease, ct).ConfigureAwait(false))
                        return null;
                }

                return await TrySignAsync(path, content, lease.LeaseId, ct).ConfigureAwait(false)
                    ? new StoreLease(Blob(path), lease, TimeProvider.System)
                    : null;
            }, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The store may have given the lease before the answer was given up: a process that lives on must not keep it.
            await StoreLease.ReleaseAsync(lease).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<bool> TryTakeAsync(BlobLeaseClient lease, CancellationToken ct)
    {
        try
        {
            await lease.AcquireAsync(StoreLease.Duration, cancellationToken: ct).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409)
        {
            // Somebody else has it, or gave it back just now and deleted its blob.
            return false;
        }
    }

    // Whoever takes the lock signs it at once, and so changes the ETag: of several that see the same dead holder, those who come
    // after the signature cannot break the new lock, and who takes it before cannot sign it if another broke it again.
    private async Task<bool> TryBreakAsync(string path, BlobLeaseClient lease, CancellationToken ct)
    {
        if (await TryReadLockAsync(path, ct).ConfigureAwait(false) is not { Holder.IsKnownDead: true, ETag: var seen })
            return false;
        try
        {
            await lease.BreakAsync(TimeSpan.Zero, new RequestConditions { IfMatch = seen }, ct).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private async Task<bool> TrySignAsync(string path, byte[] content, string leaseId, CancellationToken ct)
    {
        try
        {
            var options = Options(Describe(path, content), new BlobRequestConditions { LeaseId = leaseId }, writeId: null);
            await Blob(path).UploadAsync(BinaryData.FromBytes(content), options, ct).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    // A lock that does not say whose it is is like one of another machine: it is respected while it is held, and replaced once it is free.
    private async Task<(ProcessIdentity? Holder, ETag ETag)?> TryReadLockAsync(string path, CancellationToken ct)
    {
        try
        {
            return await TryReadAsync(path, ct).ConfigureAwait(false) is { } blob
                ? (JsonSerializer.Deserialize<ProcessIdentity>(blob.Content), blob.ETag)
                : null;
        }
        catch (Exception e) when (e is JsonException or ArtifactCorruptException)
        {
            return (null, default);
        }
    }
}
