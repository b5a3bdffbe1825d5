using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace ContrastivePipeline.Web.Hosting;

/// <summary>
/// Kestrel refuses what it cannot parse with a status and no body, before any middleware sees it, and a wrong HTTP version with a
/// 5xx. These refusals get the body that every other error has.
/// </summary>
internal static class KestrelErrorBodies
{
    private const string LineEnd = "\r\n";
    private static readonly byte[] Start = "HTTP/1.1 "u8.ToArray();

    /// <summary>Puts the writer that speaks into a connection.</summary>
    public static ConnectionDelegate Use(ConnectionDelegate next) => async connection =>
    {
        var transport = connection.Transport;
        var turn = new Turn();
        connection.Items[typeof(Turn)] = turn;
        await using var output = new SpeakingWriter(transport.Output, turn);
        connection.Transport = new Duplex(transport.Input, output);
        await next(connection);
    };

    /// <summary>Notes that the application answers: what it sends is its own.</summary>
    public static Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(typeof(Turn), out var turn) == true)
        {
            ((Turn)turn!).IsApplications = true;
            context.Response.OnCompleted(() =>
            {
                ((Turn)turn).IsApplications = false;
                return Task.CompletedTask;
            });
        }
        return next(context);
    }

    /// <summary>The refusal with a body, or null where these bytes are none.</summary>
    public static byte[]? Speak(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Start) || !bytes.EndsWith("\r\n\r\n"u8) || !int.TryParse(bytes[9..12], out var status) || status < 400)
            return null;
        var lines = Encoding.ASCII.GetString(bytes).Split(LineEnd, StringSplitOptions.RemoveEmptyEntries);
        if (!lines.Contains("Content-Length: 0") || !lines.Contains("Connection: close"))
            return null;
        var problem = status == 505
            ? Problem.OfStatus(400, "This server speaks HTTP/1.1.")
            : Problem.OfStatus(status, MessageFor(status));
        var body = JsonSerializer.Serialize(problem, ApiJson.Options);
        var head = lines[1..].Where(line => line != "Content-Length: 0")
            .Prepend($"HTTP/1.1 {problem.Status} {problem.Title}")
            .Append($"Content-Type: {Problem.MediaType}").Append($"Content-Length: {Encoding.UTF8.GetByteCount(body)}")
            .Append("X-Content-Type-Options: nosniff");
        return Encoding.UTF8.GetBytes(string.Join(LineEnd, head) + LineEnd + LineEnd + body);
    }

    private static string MessageFor(int status) => status switch
    {
        408 => "The request took too long to arrive.",
        414 => "The request line is longer than 8 KiB.",
        431 => "The headers are longer than 16 KiB, or more than 64.",
        _ => "The request is not valid HTTP/1.1.",
    };

    /// <summary>Whose turn it is to write: the application's, or Kestrel's own.</summary>
    private sealed class Turn
    {
        public volatile bool IsApplications;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Passes everything on when it is flushed; looks at it first where the application has not been asked.</summary>
    private sealed class SpeakingWriter(PipeWriter inner, Turn turn) : PipeWriter, IAsyncDisposable
    {
        private Memory<byte> _lent;
        private int _kept;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes + _kept;

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            Pass();
            return _lent = inner.GetMemory(Math.Max(sizeHint, 1));
        }

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes) => _kept += bytes;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (!turn.IsApplications && _kept > 0 && Speak(_lent.Span[.._kept]) is { } body)
            {
                // What was lent is not handed on; the spoken refusal takes its place.
                _kept = 0;
                return inner.WriteAsync(body, cancellationToken);
            }
            Pass();
            return inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            Pass();
            inner.Complete(exception);
        }

        public ValueTask DisposeAsync()
        {
            Pass();
            return ValueTask.CompletedTask;
        }

        private void Pass()
        {
            if (_kept > 0)
                inner.Advance(_kept);
            _kept = 0;
        }
    }
}
