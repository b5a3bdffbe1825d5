using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ContrastivePipeline.Web.Api;

/// <summary>
/// A run as server-sent events: <c>run</c> with the whole state now and after every change, comments as heartbeats, <c>end</c> when the
/// run has ended. A connection that breaks may come back at any time: every event holds everything.
/// </summary>
internal sealed class RunEventStream(RunFeeds.Watch watch, CancellationToken stopping) : IResult
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext context)
    {
        using var ended = watch;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "text/event-stream";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await WriteAsync(context, "retry: 2000\n\n"u8.ToArray(), stop.Token);
        try
        {
            while (await WaitAsync(context, stop.Token))
            {
                while (watch.Changes.TryRead(out var state))
                    await WriteAsync(context, [.. "event: run\ndata: "u8, .. state, .. "\n\n"u8], stop.Token);
            }
            await WriteAsync(context, "event: end\ndata: {}\n\n"u8.ToArray(), stop.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops; the browser will ask again.
        }
    }

    private async Task<bool> WaitAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var change = watch.Changes.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            try
            {
                return await change.WaitAsync(Heartbeat, cancellationToken);
            }
            catch (TimeoutException)
            {
                await WriteAsync(context, ": alive\n\n"u8.ToArray(), cancellationToken);
            }
        }
    }

    private static async Task WriteAsync(HttpContext context, byte[] text, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(text, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
