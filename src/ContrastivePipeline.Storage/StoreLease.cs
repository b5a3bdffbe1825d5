using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;
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
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(2);

    // While the store is away nobody else can take the lease either, and the work itself gives up after the store's own 90 s.
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(120);

    private readonly BlobBaseClient blob;
    private readonly BlobLeaseClient lease;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource disposing = new();
    private readonly Task renewing;

    internal StoreLease(BlobBaseClient blob, BlobLeaseClient lease, TimeProvider time)
    {
        this.blob = blob;
        this.lease = lease;
        this.time = time;
        Lost = lost.Token;
        renewing = Task.Run(RenewAsync);
    }

    /// <summary>
    /// Cancelled when the lease must be counted as lost: somebody else has taken it; its blob was deleted; the store has refused
    /// to renew it for 30 s; or the store or its sign-in service was away for two minutes.
    /// </summary>
    public CancellationToken Lost { get; }

    /// <summary>Gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (await TryStopAsync().ConfigureAwait(false))
            await ReleaseAsync(lease).ConfigureAwait(false);
    }

    /// <summary>Gives the lease back and deletes its blob, for locks whose names come and go.</summary>
    public async ValueTask DeleteAsync()
    {
        if (await TryStopAsync().ConfigureAwait(false))
        {
            var conditions = new BlobRequestConditions { LeaseId = lease.LeaseId };
            await LeaveAsync(stop => blob.DeleteIfExistsAsync(DeleteSnapshotsOption.None, conditions, stop)).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a lease back that this process may have.</summary>
    internal static Task ReleaseAsync(BlobLeaseClient lease) => LeaveAsync(stop => lease.ReleaseAsync(cancellationToken: stop));

    private static async Task LeaveAsync(Func<CancellationToken, Task> leave)
    {
        try
        {
            // Where the store is away, waiting longer gains nothing: the lease runs out by itself.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await leave(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsOfStore(e))
        {
        }
    }

    /// <returns>Whether there is a lease to give back.</returns>
    private async Task<bool> TryStopAsync()
    {
        if (disposing.IsCancellationRequested)
            return false;
        await disposing.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(false);
        var held = !Lost.IsCancellationRequested;
        disposing.Dispose();
        lost.Dispose();
        return held;
    }

    private async Task RenewAsync()
    {
        var stop = disposing.Token;
        var renewed = time.GetTimestamp();
        var pause = RenewInterval;
        try
        {
            while (true)
            {
                await Task.Delay(pause, time, stop).ConfigureAwait(false);
                var asked = time.GetTimestamp();
                var outcome = await TryRenewAsync(stop).ConfigureAwait(false);
                if (outcome == Renewal.Done)
                    renewed = asked;
                else if (outcome == Renewal.Taken
                    || time.GetElapsedTime(renewed) >= (outcome == Renewal.Refused ? Duration : LongestAbsence))
                    break;
                pause = outcome == Renewal.Done ? RenewInterval : RepeatInterval;
            }

            await lost.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch
        {
            // Whatever ended the renewal ends the lease; whoever disposes it sees the exception.
            await lost.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Renewal> TryRenewAsync(CancellationToken ct)
    {
        var outcome = await TryAsync(() => lease.RenewAsync(cancellationToken: ct), ct).ConfigureAwait(false);
        // It ran out while the store was away, or was freed: ours again, unless another has it.
        return outcome == Renewal.Taken
            ? await TryAsync(() => lease.AcquireAsync(Duration, cancellationToken: ct), ct).ConfigureAwait(false)
            : outcome;
    }

    private static async Task<Renewal> TryAsync(Func<Task> request, CancellationToken ct)
    {
        try
        {
            await request().ConfigureAwait(false);
            return Renewal.Done;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return Renewal.Taken;
        }
        catch (Exception e) when (IsOfStore(e))
        {
            return IsRefusal(e) ? Renewal.Refused : Renewal.Away;
        }
    }

    private static bool IsOfStore(Exception e) =>
        e is RequestFailedException or AggregateException or OperationCanceledException or IOException or AuthenticationFailedException;

    private static bool IsRefusal(Exception e) => e switch
    {
        AggregateException { InnerExceptions: [.., var last] } => IsRefusal(last),
        AuthenticationFailedException denied => !SignInFaults.IsTransient(denied, hasWorked: true),
        RequestFailedException { Status: 400 or 401 or 403 } => true,
        _ => false,
    };

    private enum Renewal
    {
        Done,
        Taken,
        Refused,
        Away,
    }
}
