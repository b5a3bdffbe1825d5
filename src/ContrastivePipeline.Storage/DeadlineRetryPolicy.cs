using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ContrastivePipeline.Storage;

/// <summary>
/// The SDK's retry policy, bounded by time instead of by tries: a store that refuses connections for a minute takes many quick
/// tries, one that times out takes few slow ones, and both should be waited for equally long.
/// </summary>
internal sealed class DeadlineRetryPolicy(TimeSpan retryFor) : RetryPolicy(int.MaxValue, new JitteredDelay())
{
    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        InTime(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        InTime(message) ? base.ShouldRetryAsync(message, exception) : ValueTask.FromResult(false);

    private bool InTime(HttpMessage message) => DateTimeOffset.UtcNow - message.ProcessingContext.StartTime < retryFor;

    /// <summary>Doubles from 0.2 s to 5 s, each ± 20 %; a longer Retry-After of the server wins.</summary>
    private sealed class JitteredDelay() : DelayStrategy(TimeSpan.FromMinutes(1))
    {
        protected override TimeSpan GetNextDelayCore(Response? response, int retryNumber) =>
            TimeSpan.FromSeconds(Math.Min(5, 0.1 * Math.Pow(2, Math.Min(retryNumber, 10))) * (0.8 + (0.4 * Random.Shared.NextDouble())));
    }
}
