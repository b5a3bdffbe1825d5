using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ContrastivePipeline.Storage;

/// <summary>
/// The SDK's retry policy, bounded by time instead of by tries: a store that refuses connections for a minute takes many quick
/// tries, one that times out takes few slow ones, and both should be waited for equally long. A full disk is not waited for.
/// </summary>
internal sealed class DeadlineRetryPolicy(TimeSpan retryFor, string? localFolder) : RetryPolicy(int.MaxValue, new JitteredDelay())
{
    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        IsWorthIt(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        IsWorthIt(message) ? base.ShouldRetryAsync(message, exception) : ValueTask.FromResult(false);

    private bool IsWorthIt(HttpMessage message) =>
        DateTimeOffset.UtcNow - message.ProcessingContext.StartTime < retryFor
        && !(message.HasResponse && message.Response.Status >= 500 && DiskSpace.IsNearlyFull(localFolder));

    /// <summary>Doubles from 0.2 s to 5 s, each ± 20 %; a longer Retry-After of the server wins.</summary>
    private sealed class JitteredDelay() : DelayStrategy(TimeSpan.FromMinutes(1))
    {
        protected override TimeSpan GetNextDelayCore(Response? response, int retryNumber) =>
            TimeSpan.FromSeconds(Math.Min(5, 0.1 * Math.Pow(2, Math.Min(retryNumber, 10))) * (0.8 + (0.4 * Random.Shared.NextDouble())));
    }
}
