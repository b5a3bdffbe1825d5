using Azure;
using Azure.Storage.Blobs.Specialized;

namespace ContrastivePipeline.Storage;

/// <summary>
/// A lock in the store, renewed in the background until disposed. Its holder's death frees it: at once for a process of the same
/// machine, after 30 s for others.
/// </summary>
/// <remarks>
/// It keeps two programs from doing the same work, and is no fence: a holder that is cut off from the store for long learns of
/// its loss only afterwards. What must not happen twice goes through <see cref="ArtifactStore.TryCreateAsync"/>.
/// </remarks>
public sealed class StoreLease : IAsyncDisposable
{
    internal static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(10);

    private readonly BlobLeaseClient lease;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource disposing = new();
    private readonly Task renewing;

    internal StoreLease(BlobLeaseClient lease)
    {
        this.lease = lease;
        Lost = lost.Token;
        renewing = Task.Run(RenewAsync);
    }

    /// <summary>Cancelled when somebody else has taken the lease.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposing.IsCancellationRequested)
            return;
        await disposing.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(false);
        if (!Lost.IsCancellationRequested)
            await ReleaseAsync(lease).ConfigureAwait(false);

        disposing.Dispose();
        lost.Dispose();
    }

    /// <summary>Gives a lease back that this process may have.</summary>
    internal static async Task ReleaseAsync(BlobLeaseClient lease)
    {
        try
        {
            // Where the store is away, waiting longer gains nothing: the lease runs out by itself.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await lease.ReleaseAsync(cancellationToken: patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(RenewInterval, disposing.Token).ConfigureAwait(false);
                if (!await TryRenewAsync(disposing.Token).ConfigureAwait(false))
                {
                    await lost.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (disposing.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryRenewAsync(CancellationToken ct)
    {
        try
        {
            await lease.RenewAsync(cancellationToken: ct).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return await TryTakeBackAsync(ct).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            // The store is away, so nobody else can take the lease either. The work itself notices when it stays away.
            return true;
        }
    }

    // It ran out while the store was away, or was freed: ours again, unless another has it.
    private async Task<bool> TryTakeBackAsync(CancellationToken ct)
    {
        try
        {
            await lease.AcquireAsync(Duration, cancellationToken: ct).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            return true;
        }
    }
}
