using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ContrastivePipeline.Tests.Storage;

/// <summary>A TCP proxy on loopback that breaks as many answers as it is asked to, after so many bytes of them, and may be slow.</summary>
internal sealed class FlakyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<int> _cuts = new();
    private readonly int _targetPort;
    private readonly Task _accepting;
    private int _broken;

    public FlakyProxy(int targetPort)
    {
        _targetPort = targetPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Answers broken so far.</summary>
    public int Broken => _broken;

    /// <summary>How fast requests go through.</summary>
    public int? UploadBytesPerSecond { get; init; }

    /// <summary>Breaks the next answer after <paramref name="bytes"/> bytes of it have gone through.</summary>
    public void BreakNextAnswerAfter(int bytes) => _cuts.Enqueue(bytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
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
                await server.ConnectAsync(IPAddress.Loopback, _targetPort, _stop.Token);
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
        for (int read; (read = await client.GetStream().ReadAsync(buffer, _stop.Token)) > 0;)
        {
            if (UploadBytesPerSecond is { } rate)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)read / rate), _stop.Token);
            }
            await server.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    private async Task AnswerAsync(TcpClient server, TcpClient client)
    {
        var buffer = new byte[65536];
        int? left = null;
        for (int read; (read = await server.GetStream().ReadAsync(buffer, _stop.Token)) > 0;)
        {
            if (left is null && _cuts.TryDequeue(out var cut))
            {
                left = cut;
            }
            var through = Math.Min(read, left ?? read);
            await client.GetStream().WriteAsync(buffer.AsMemory(0, through), _stop.Token);
            if (left is not null && (left -= through) <= 0)
            {
                Interlocked.Increment(ref _broken);
                return;
            }
        }
    }
}
