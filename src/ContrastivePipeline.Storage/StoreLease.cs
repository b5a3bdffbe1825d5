using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ContrastivePipeline.Storage;

/// <summary>A lock in the store, renewed in the background until disposed. Its holder's death frees it: at once for a process of the same
/// machine, after 30 s for others.</summary>
/// <remarks>It keeps two programs from doing the same work, and is no fence: a holder that cannot reach the store for long learns of its
/// loss only afterwards. What must not happen twice goes through <see cref="ArtifactStore.TryCreateAsync"/>.</remarks>
public sealed class StoreLease : IAsyncDisposable
{
    internal static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(2);

    // While the store is unavailable no other process can acquire the lease, and the work itself fails after the store's own 90 s.
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(120);

    private readonly BlobBaseClient _blob;
    private readonly BlobLeaseClient _lease;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly Task _renewing;

    internal StoreLease(BlobBaseClient blob, BlobLeaseClient lease, TimeProvider time)
    {
        _blob = blob;
        _lease = lease;
        _time = time;
        Lost = _lost.Token;
        _renewing = Task.Run(RenewAsync);
    }

    /// <summary>Cancelled when the lease must be counted as lost: somebody else has taken it; its blob was deleted; the store has refused
    /// to renew it for 30 s; or the store or its sign-in service was away for two minutes.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Releases the lease.</summary>
    public async ValueTask DisposeAsync()
    {
        if (await TryStopAsync())
            await ReleaseAsync(_lease);
    }

    /// <summary>Releases the lease and deletes its blob, for locks with names that are used once.</summary>
    public async ValueTask DeleteAsync()
    {
        if (await TryStopAsync())
        {
            var conditions = new BlobRequestConditions { LeaseId = _lease.LeaseId };
            await EndAsync(stop => _blob.DeleteIfExistsAsync(DeleteSnapshotsOption.None, conditions, stop));
        }
    }

    /// <summary>Releases a lease that this process may hold.</summary>
    internal static Task ReleaseAsync(BlobLeaseClient lease) => EndAsync(stop => lease.ReleaseAsync(cancellationToken: stop));

    private static async Task EndAsync(Func<CancellationToken, Task> leave)
    {
        try
        {
            // Where the store is unavailable, waiting longer gains nothing: the lease expires by itself.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await leave(limit.Token);
        }
        catch (Exception e) when (IsOfStore(e))
        {
        }
    }

    /// <returns>Whether there is a lease to give back.</returns>
    private async Task<bool> TryStopAsync()
    {
        if (_disposing.IsCancellationRequested)
            return false;
        await _disposing.CancelAsync();
        await _renewing;
        var held = !Lost.IsCancellationRequested;
        _disposing.Dispose();
        _lost.Dispose();
        return held;
    }

    private async Task RenewAsync()
    {
        var stop = _disposing.Token;
        var renewed = _time.GetTimestamp();
        var pause = RenewInterval;
        try
        {
            while (true)
            {
                await Task.Delay(pause, _time, stop);
                var asked = _time.GetTimestamp();
                var outcome = await TryRenewAsync(stop);
                if (outcome == Renewal.Done)
                {
                    renewed = asked;
                }
                else if (outcome == Renewal.Taken
                    || _time.GetElapsedTime(renewed) >= (outcome == Renewal.Refused ? Duration : LongestAbsence))
                {
                    break;
                }
                pause = outcome == Renewal.Done ? RenewInterval : RepeatInterval;
            }

            await _lost.CancelAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch
        {
            // An unexpected exception ends the lease; DisposeAsync throws it.
            await _lost.CancelAsync();
            throw;
        }
    }

    private async Task<Renewal> TryRenewAsync(CancellationToken cancellationToken)
    {
        var outcome = await TryAsync(() => _lease.RenewAsync(cancellationToken: cancellationToken), cancellationToken);
        // It expired while the store was unavailable, or was broken: acquire it again, unless another process has it.
        return outcome == Renewal.Taken
            ? await TryAsync(() => _lease.AcquireAsync(Duration, cancellationToken: cancellationToken), cancellationToken)
            : outcome;
    }

    private static async Task<Renewal> TryAsync(Func<Task> request, CancellationToken cancellationToken)
    {
        try
        {
            await request();
            return Renewal.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return Renewal.Taken;
        }
        catch (Exception e) when (IsOfStore(e))
        {
            return IsRefusal(e) ? Renewal.Refused : Renewal.Unavailable;
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
        Unavailable,
    }
}
