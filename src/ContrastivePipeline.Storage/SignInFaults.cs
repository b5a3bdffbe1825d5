using System.Net.Sockets;
using Azure;
using Azure.Identity;
using Microsoft.Identity.Client;

namespace ContrastivePipeline.Storage;

/// <summary>
/// Tells a token service that is away for a while from an identity that is refused. Azure.Identity throws the same exception for both.
/// </summary>
internal static class SignInFaults
{
    /// <summary>Whether the same sign-in may work soon.</summary>
    /// <param name="fault">What Azure.Identity threw.</param>
    /// <param name="hasWorked">
    /// Whether the store has answered to this identity before. Then an identity that is "unavailable" (an endpoint that did not answer, a
    /// program that did not start) is likely to be back; before, it most likely does not exist on this machine.
    /// </param>
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
