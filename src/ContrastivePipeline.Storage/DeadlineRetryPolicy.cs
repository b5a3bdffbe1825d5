using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace ContrastivePipeline.Storage;

/// <summary>The SDK's retry policy, bounded by time instead of by tries: a store that refuses connections for a minute takes many quick
/// tries, one that times out takes few slow ones, and both should be waited for equally long. So is a token service that is away. A full
/// disk is not waited for. A request with a large body may take longer by what a slow connection needs for it.</summary>
internal sealed class DeadlineRetryPolicy(TimeSpan retryFor, TimeSpan attemptTimeout, string? localFolder)
    : RetryPolicy(int.MaxValue, new JitteredDelay())
{
    // 1 Mbit/s, the slowest connection that is supported; also the share of one of several uploads over a faster one.
    private const double SlowestBytesPerSecond = 125_000;

    private volatile bool _hasWorked;

    /// <summary>Whether the store has answered to this identity.</summary>
    public bool HasWorked => _hasWorked;

    protected override void OnSendingRequest(HttpMessage message) => message.NetworkTimeout = attemptTimeout + TimeToSend(message);

    protected override ValueTask OnSendingRequestAsync(HttpMessage message)
    {
        OnSendingRequest(message);
        return ValueTask.CompletedTask;
    }

    protected override void OnRequestSent(HttpMessage message) =>
        _hasWorked |= message.HasResponse && message.Response.Status is > 0 and not (401 or 403 or >= 500);

    protected override ValueTask OnRequestSentAsync(HttpMessage message)
    {
        OnRequestSent(message);
        return ValueTask.CompletedTask;
    }

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        MayRetry(message) && (IsSignInAway(exception) || base.ShouldRetry(message, exception));

    protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        MayRetry(message) && (IsSignInAway(exception) || await base.ShouldRetryAsync(message, exception));

    private bool IsSignInAway(Exception? exception) =>
        exception is AuthenticationFailedException fault && SignInFaults.IsTransient(fault, _hasWorked);

    private bool MayRetry(HttpMessage message) =>
        DateTimeOffset.UtcNow - message.ProcessingContext.StartTime < retryFor + TimeToSend(message)
        && !(message.HasResponse && message.Response.Status >= 500 && DiskSpace.IsNearlyFull(localFolder));

    private static TimeSpan TimeToSend(HttpMessage message) =>
        message.Request.Content is { } content && content.TryComputeLength(out var length)
            ? TimeSpan.FromSeconds(length / SlowestBytesPerSecond)
            : TimeSpan.Zero;

    /// <summary>Doubles from 0.2 s to 5 s, each ± 20 %; a longer Retry-After of the server wins.</summary>
    private sealed class JitteredDelay() : DelayStrategy(TimeSpan.FromMinutes(1))
    {
        protected override TimeSpan GetNextDelayCore(Response? response, int retryNumber) =>
            TimeSpan.FromSeconds(Math.Min(5, 0.1 * Math.Pow(2, Math.Min(retryNumber, 10))) * (0.8 + (0.4 * Random.Shared.NextDouble())));
    }
}
