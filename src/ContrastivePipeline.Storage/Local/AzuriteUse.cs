using System.Globalization;

namespace ContrastivePipeline.Storage.Local;

/// <summary>One program's use of an Azurite: an open connection, which Azurite counts (see infra/local/azurite-lifetime.cjs). The operating
/// system closes it with either process, however that ends, so that no list of users has to be kept.</summary>
internal sealed class AzuriteUse : IDisposable
{
    // A busy Azurite that saves a large index answers late; one that takes longer than this hangs.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _leaving = new();
    private volatile int _users;

    private AzuriteUse(AzuriteState state, HttpClient client, StreamReader reports, int users)
    {
        State = state;
        _users = users;
        Ended = Task.Run(() => ListenAsync(client, reports, _leaving.Token));
    }

    public AzuriteState State { get; }

    /// <summary>How many programs use it, this one included, as it reported last.</summary>
    public int Users => _users;

    /// <summary>Completes when the connection is closed: Azurite has ended, or this use was disposed.</summary>
    public Task Ended { get; }

    /// <summary>Connects to the Azurite that a state names.</summary>
    /// <param name="linger">How long it stays if this is the last use to end.</param>
    /// <returns>Null where it does not answer, or another program does.</returns>
    public static async Task<AzuriteUse?> TryBeginAsync(AzuriteState state, TimeSpan linger, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerTimeout);
        // Not through a proxy, even where the environment sets one.
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            var url = new Uri(string.Create(
                CultureInfo.InvariantCulture, $"http://127.0.0.1:{state.Port}/.users/{state.Id}?linger={linger.TotalSeconds}"));
            var answer = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            answer.EnsureSuccessStatusCode();
            var reports = new StreamReader(await answer.Content.ReadAsStreamAsync(limit.Token));
            if (int.TryParse(await reports.ReadLineAsync(limit.Token), out var users))
                return new AzuriteUse(state, client, reports, users);
        }
        catch (Exception e)
            when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException)
        {
            // No Azurite answers there, or it is ending.
        }
        catch
        {
            client.Dispose();
            throw;
        }

        client.Dispose();
        return null;
    }

    public void Dispose() => _leaving.Cancel();

    private async Task ListenAsync(HttpClient client, StreamReader reports, CancellationToken cancellationToken)
    {
        using (client)
        using (reports)
        {
            try
            {
                while (await reports.ReadLineAsync(cancellationToken) is { } line)
                {
                    if (int.TryParse(line, out var now))
                        _users = now;
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The connection broke, or was closed here.
            }
        }
    }
}
