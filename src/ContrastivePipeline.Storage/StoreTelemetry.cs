using System.Diagnostics;
using System.Diagnostics.Metrics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ContrastivePipeline.Storage;

/// <summary>The store's spans and metrics; they cost nothing where nobody listens.</summary>
internal static class StoreTelemetry
{
    private const string Name = "ContrastivePipeline.Storage";

    // What belongs to a run carries its id, whoever gave it to the span around this one.
    private const string RunIdTag = "contrastive.run.id";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "contrastive.store.request.duration", "s", "Time of one HTTP request to the store, repeated ones each by itself.");

    private static readonly Counter<long> Sent = Meter.CreateCounter<long>("contrastive.store.sent", "By", "Bytes of request bodies.");

    private static readonly Counter<long> Received =
        Meter.CreateCounter<long>("contrastive.store.received", "By", "Bytes of response bodies.");

    /// <param name="action">For example <c>write 'a/b'</c>: the verb names the span.</param>
    public static Activity? Begin(string action)
    {
        if (!Source.HasListeners())
            return null;
        var verb = action.AsSpan(0, action.AsSpan().IndexOf(' '));
        var span = Source.StartActivity($"store {verb}", ActivityKind.Client);
        span?.SetTag("contrastive.store.action", action);
        if (span?.Parent?.GetTagItem(RunIdTag) is { } run)
            span.SetTag(RunIdTag, run);
        return span;
    }

    /// <summary>Counts and times every request as it goes over the wire.</summary>
    internal sealed class Policy : HttpPipelinePolicy
    {
        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                ProcessNext(message, pipeline);
            }
            finally
            {
                Count(message, Stopwatch.GetElapsedTime(began));
            }
        }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await ProcessNextAsync(message, pipeline);
            }
            finally
            {
                Count(message, Stopwatch.GetElapsedTime(began));
            }
        }

        private static void Count(HttpMessage message, TimeSpan elapsed)
        {
            var request = message.Request;
            var sent = request.Content is { } content && content.TryComputeLength(out var length) ? length : 0;
            var status = message.HasResponse ? message.Response.Status : 0;
            var received = message.HasResponse && request.Method != RequestMethod.Head ? message.Response.Headers.ContentLength ?? 0 : 0;
            var meter = StoreMeter.Current;
            meter?.Requested(IsWrite(request), sent, received);

            var tags =
                new TagList(meter?.Tags) { { "http.request.method", request.Method.Method }, { "http.response.status_code", status } };
            Duration.Record(elapsed.TotalSeconds, tags);
            Sent.Add(sent, tags);
            Received.Add(received, tags);
        }

        /// <summary>What Azure prices as a write: blobs, blocks and lists, but not leases and metadata.</summary>
        private static bool IsWrite(Request request)
        {
            var query = request.Uri.Query;
            return request.Method == RequestMethod.Put
                ? !query.Contains("comp=lease", StringComparison.Ordinal)
                : query.Contains("comp=list", StringComparison.Ordinal);
        }
    }
}
