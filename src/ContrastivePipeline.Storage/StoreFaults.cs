using System.Diagnostics;
using System.Net.Sockets;
using Azure;
using Azure.Identity;
using Microsoft.Identity.Client;

namespace ContrastivePipeline.Storage;

/// <summary>Turns the SDK's exceptions into ones that say what to do.</summary>
/// <param name="address">The container's URL, without secrets.</param>
/// <param name="localFolder">The folder that holds the store's data where that is on this machine.</param>
/// <param name="hasWorked">Whether the store has answered to this identity before.</param>
internal sealed class StoreFaults(string address, string? localFolder, TimeSpan retryFor, Func<bool> hasWorked)
{
    public string Address => address;

    /// <summary>Runs a request against the store.</summary>
    /// <param name="action">What is being done, for the message: "write 'a/b'".</param>
    /// <param name="cancellationToken">Cancellation by the caller, which is not translated.</param>
    /// <exception cref="StoreException">It failed.</exception>
    public async Task<T> GuardAsync<T>(string action, Func<Task<T>> request, CancellationToken cancellationToken)
    {
        using var span = StoreTelemetry.Begin(action);
        try
        {
            return await GuardPartAsync(action, request, cancellationToken);
        }
        catch (StoreException e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    /// <summary>As <see cref="GuardAsync"/>, for one of the many small parts of an action, which are not worth a span each.</summary>
    public async Task<T> GuardPartAsync<T>(string action, Func<Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await request();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Translate(action, e) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>The exception to throw instead, or null where <paramref name="exception"/> is none of the store's.</summary>
    public StoreException? Translate(string action, Exception exception) => exception switch
    {
        StoreException => null,
        AggregateException { InnerExceptions: [.., var last] } => Translate(action, last),
        RequestFailedException { Status: 401 or 403 } e => AccessDenied(action, e.ErrorCode, e),
        AuthenticationFailedException e when SignInFaults.IsTransient(e, hasWorked()) => SignInUnavailable(action, e),
        AuthenticationFailedException e => AccessDenied(action, "sign-in failed", e),
        RequestFailedException { Status: 507 } or RequestFailedException { ErrorCode: "InsufficientStorage" or "AccountQuotaExceeded" } =>
            Full(action, exception),
        RequestFailedException { Status: 404 } e => new ArtifactMissingException(
            $"Could not {action}: it is not in the store {address} ({e.ErrorCode}). " +
            "It was deleted, or this is another store than the one it was written to.", e),
        RequestFailedException { Status: >= 500 } when DiskSpace.IsNearlyFull(localFolder) => Full(action, exception),
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => Unavailable(action, exception),
        IOException or OperationCanceledException => Unavailable(action, exception),
        RequestFailedException e => new StoreException($"Could not {action} in the store {address}: HTTP {e.Status}, {e.ErrorCode}.", e),
        _ => null,
    };

    private StoreAccessDeniedException AccessDenied(string action, string? code, Exception e) => new(
        $"Could not {action}: the store {address} refuses access ({code}). " +
        "Check the account key, or give the signed-in identity the role 'Storage Blob Data Contributor' on the account or container.", e);

    private StoreUnavailableException SignInUnavailable(string action, Exception e) => new(
        $"Could not {action}: signing in to the store {address} did not work for {retryFor.TotalSeconds:0} s " +
        $"({e.GetBaseException().Message}). " +
        "Check that the network reaches the sign-in service, then start the run again: it resumes where it stopped.", e);

    private StoreFullException Full(string action, Exception e) => new(
        $"Could not {action}: no space is left " +
        $"{(localFolder is null ? $"in the store {address}" : $"on the disk that holds {localFolder}")}. " +
        "Free some, then start the run again: it resumes where it stopped.", e);

    private StoreUnavailableException Unavailable(string action, Exception e) => new(
        $"Could not {action}: the store {address} did not work for {retryFor.TotalSeconds:0} s ({Reason(e)}). " +
        "Check that it is running and that the network reaches it, then start the run again: it resumes where it stopped.", e);

    private static string Reason(Exception e) => e switch
    {
        RequestFailedException { Status: > 0 } failed => $"HTTP {failed.Status} {failed.ErrorCode}".TrimEnd(),
        OperationCanceledException => "no answer in time",
        _ => e.GetBaseException().Message,
    };
}

/// <summary>Distinguishes a token service that is unavailable for a while from an identity that is refused. Azure.Identity throws the same
/// exception for both.</summary>
internal static class SignInFaults
{
    /// <summary>Whether the same sign-in may work soon.</summary>
    /// <param name="hasWorked">Whether the store has answered to this identity before. Then an identity that is "unavailable" (an endpoint
    /// that did not answer, a program that did not start) is likely to be back; before, it most likely does not exist on this
    /// machine.</param>
    public static bool IsTransient(AuthenticationFailedException fault, bool hasWorked) =>
        fault is CredentialUnavailableException ? hasWorked : Causes(fault).Any(IsTransientCause);

    private static bool IsTransientCause(Exception cause) => cause switch
    {
        MsalServiceException { StatusCode: > 0 } e => IsTransientStatus(e.StatusCode),
        RequestFailedException e => e.Status == 0 || IsTransientStatus(e.Status),
        HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };

    private static bool IsTransientStatus(int status) => status is 408 or 429 or >= 500;

    private static IEnumerable<Exception> Causes(Exception fault)
    {
        for (var cause = fault.InnerException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
            if (cause is AggregateException { InnerExceptions: var several })
            {
                foreach (var nested in several.SelectMany(one => Causes(one).Prepend(one)))
                    yield return nested;
                yield break;
            }
        }
    }
}
