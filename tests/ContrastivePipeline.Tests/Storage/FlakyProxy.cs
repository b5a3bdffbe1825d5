using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ContrastivePipeline.Tests.Storage;

/// <summary>A TCP proxy on loopback that breaks as many answers as it is asked to, after so many bytes of them, and may be slow.</summary>
internal sealed class FlakyProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<int> cuts = new();
    private readonly int targetPort;
    private readonly Task accepting;
    private int broken;

    public FlakyProxy(int targetPort)
    {
        this.targetPort = targetPort;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Answers broken so far.</summary>
    public int Broken => broken;

    /// <summary>How fast requests go through.</summary>
    public int? UploadBytesPerSecond { get; init; }

    /// <summary>Breaks the next answer after <paramref name="bytes"/> bytes of it have gone through.</summary>
    public void BreakNextAnswerAfter(int bytes) => cuts.Enqueue(bytes);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            using (client)
            {
                await server.ConnectAsync(IPAddress.Loopback, targetPort, stop.Token);
                await Task.WhenAny(RequestAsync(client, server), AnswerAsync(server, client));
                client.Client.LingerState = new LingerOption(true, 0);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
        }
    }

    private async Task RequestAsync(TcpClient client, TcpClient server)
    {
        var buffer = new byte[16384];
        for (int read; (read = await client.GetStream().ReadAsync(buffer, stop.Token)) > 0;)
        {
            if (UploadBytesPerSecond is { } rate)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)read / rate), stop.Token);
            }
            await server.GetStream().WriteAsync(buffer.AsMemory(0, read), stop.Token);
        }
    }

    private async Task AnswerAsync(TcpClient server, TcpClient client)
    {
        var buffer = new byte[65536];
        int? left = null;
        for (int read; (read = await server.GetStream().ReadAsync(buffer, stop.Token)) > 0;)
        {
            if (left is null && cuts.TryDequeue(out var cut))
            {
                left = cut;
            }
            var through = Math.Min(read, left ?? read);
            await client.GetStream().WriteAsync(buffer.AsMemory(0, through), stop.Token);
            if (left is not null && (left -= through) <= 0)
            {
                Interlocked.Increment(ref broken);
                return;
            }
        }
    }
}
