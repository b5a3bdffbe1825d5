using System.Net.Sockets;
using System.Text;

namespace ContrastivePipeline.Tests.Web;

/// <summary>Requests as bytes on a socket, which no client library corrects.</summary>
internal static class RawHttp
{
    // A server waits for the rest of a request that never comes; a client that says there is none ends that.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    // On a busy machine an answer may take long to begin.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Sends bytes, then reads the answer to its end.</summary>
    /// <param name="mayBeSilent">Whether the server may wait for more instead of answering.</param>
    public static async Task<RawAnswer> SendAsync(
        Uri server, byte[] request, CancellationToken cancellationToken, bool mayBeSilent = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        using var received = new MemoryStream();
        try
        {
            var stream = client.GetStream();
            var buffer = new byte[65536];
            await stream.WriteAsync(request, cancellationToken);
            while (!RawAnswer.Parse(received.ToArray()).IsWhole)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(received.Length > 0 || mayBeSilent ? Silence : Patience);
                var read = await stream.ReadAsync(buffer, limit.Token);
                if (read == 0)
                    break;
                received.Write(buffer, 0, read);
            }
        }
        catch (Exception e) when (
            e is IOException or SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // A server that refuses a request early may close before it has all of it.
        }
        return RawAnswer.Parse(received.ToArray());
    }
}

/// <summary>What came back.</summary>
/// <param name="Status">Null where nothing did, or nothing that is HTTP/1.1.</param>
/// <param name="Headers">Status line and headers.</param>
/// <param name="Body">The body so far, in the encoding that the headers say.</param>
internal sealed record RawAnswer(int? Status, string Headers, string Body)
{
    public bool IsProblem => Headers.Contains("Content-Type: application/problem+json", StringComparison.Ordinal);

    /// <summary>Whether all of it is there.</summary>
    public bool IsWhole => Status is not null
        && (Headers.Contains("Transfer-Encoding: chunked", StringComparison.Ordinal) ? Body.EndsWith("0\r\n\r\n", StringComparison.Ordinal)
            : Body.Length >= Length);

    private int Length =>
        Headers.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal)) is { } line
        ? int.Parse(line.AsSpan("Content-Length: ".Length)) : 0;

    public static RawAnswer Parse(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && end > 0
            ? new RawAnswer(int.Parse(text.AsSpan(9, 3)), text[..end], text[(end + 4)..])
            : new RawAnswer(null, text, "");
    }
}
