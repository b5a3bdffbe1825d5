using System.Collections.Concurrent;
using System.Text.Json;

namespace ContrastivePipeline.Benchmarks.Readers;

/// <summary>Readers of a server who ask for status, results and artifacts of its runs, one request after the other.</summary>
/// <param name="server">The server.</param>
/// <param name="readers">How many.</param>
/// <param name="pause">What each waits between its requests; zero for as fast as the server answers.</param>
internal sealed class ReaderPool(Uri server, int readers, TimeSpan pause)
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<double> _milliseconds = new();
    private long _bytes;

    /// <summary>What went wrong; empty where every answer was whole and right.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Answers.</summary>
    public int Answers => _milliseconds.Count;

    /// <summary>Bytes of all answers.</summary>
    public long Bytes => _bytes;

    /// <summary>The time in milliseconds that this part of the answers did not exceed.</summary>
    public double Quantile(double part) => _milliseconds.Order().ElementAtOrDefault((int)(part * (Answers - 1)));

    /// <summary>Reads until asked to stop.</summary>
    public async Task ReadAsync(CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = server };
        await Task.WhenAll(
            Enumerable.Range(0, readers).Select(reader => Task.Run(() => ReadAsync(client, reader, stop), CancellationToken.None)));
    }

    private async Task ReadAsync(HttpClient client, int reader, CancellationToken stop)
    {
        for (var turn = reader; !stop.IsCancellationRequested; turn++)
        {
            try
            {
                await ReadOnceAsync(client, turn, stop);
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
            {
                _errors.Enqueue(e.Message);
            }
        }
    }

    private async Task ReadOnceAsync(HttpClient client, int turn, CancellationToken stop)
    {
        var runs = JsonDocument.Parse(await GetAsync(client, "/api/runs?limit=5", stop)).RootElement.GetProperty("runs");
        if (runs.GetArrayLength() == 0)
            return;
        var run = $"/api/runs/{runs[turn % runs.GetArrayLength()].GetProperty("id").GetString()}";
        await GetAsync(client, run, stop);
        await GetAsync(client, $"{run}/results?format={(turn % 2 == 0 ? "csv" : "parquet")}", stop);
        var artifacts = JsonDocument.Parse(await GetAsync(client, $"{run}/artifacts", stop)).RootElement;
        if (artifacts.GetArrayLength() == 0)
            return;
        var artifact = artifacts[turn % artifacts.GetArrayLength()];
        var content = await GetAsync(client, artifact.GetProperty("href").GetString()!, stop);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        if (hash != artifact.GetProperty("sha256").GetString())
            _errors.Enqueue($"{artifact.GetProperty("path")} has SHA-256 {hash}");
    }

    private async Task<byte[]> GetAsync(HttpClient client, string path, CancellationToken stop)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var response = await client.GetAsync(path, stop);
        var content = await response.Content.ReadAsByteArrayAsync(stop);
        if (!response.IsSuccessStatusCode)
            _errors.Enqueue($"{path}: {(int)response.StatusCode} {System.Text.Encoding.UTF8.GetString(content)}");
        _milliseconds.Enqueue(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        Interlocked.Add(ref _bytes, content.Length);
        return content;
    }
}
