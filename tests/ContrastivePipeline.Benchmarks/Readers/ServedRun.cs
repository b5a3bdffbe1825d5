using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Benchmarks.Readers;

/// <summary>A process <c>contrastive serve</c> with a local store of its own, and a run that it trains.</summary>
internal sealed class ServedRun : IAsyncDisposable
{
    // Two variants, so that two cores are running; so many steps that it does not end meanwhile.
    private const string Yaml =
        """
        name: readers
        dataset: { name: emoji-32, source: { kind: emoji }, image: { size: 32 } }
        tokenizer: { kind: trained, vocabulary: 1024 }
        model: { embedding: 64, context: 16, vision: { layers: [1, 1, 1, 1], width: 16, heads: 4 }, text: { width: 64, layers: 2, heads: 2 } }
        training: { batch: 64, steps: 1000000, segment: 1000000, warmup: 10, checkpoint_seconds: 60 }
        variants: [clip, clip+ls]
        """;

    private readonly Process _server;
    private readonly string _folder;
    private readonly HttpClient _client;

    private ServedRun(Process server, string folder, Uri url)
    {
        (_server, _folder, Url) = (server, folder, url);
        _client = new HttpClient { BaseAddress = url };
    }

    public Uri Url { get; }

    /// <summary>Id of the server's process, which trains too.</summary>
    public int ServerId => _server.Id;

    /// <summary>Id of its Azurite's process.</summary>
    public int StoreId { get; private set; }

    /// <summary>Starts a server and a run, and returns when the run trains.</summary>
    public static async Task<ServedRun> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("contrastive-readers-").FullName;
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "contrastive.exe" : "contrastive");
        var start = new ProcessStartInfo(program, ["serve", "--url", "http://127.0.0.1:0", "--local", folder, "--json"])
        {
            RedirectStandardOutput = true,
        };
        var server = Process.Start(start)!;
        var said = await server.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("contrastive serve ended before it served.");
        var run = new ServedRun(server, folder, new Uri(JsonDocument.Parse(said).RootElement.GetProperty("url").GetString()!));
        var azurite = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "store", "azurite.json"), cancellationToken));
        run.StoreId = azurite.RootElement.GetProperty("Process").GetProperty("Id").GetInt32();
        using var body = new StringContent(Yaml, Encoding.UTF8)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/yaml") },
        };
        using var started = await run._client.PostAsync("/api/runs", body, cancellationToken);
        started.EnsureSuccessStatusCode();
        while (await run.StepsAsync(cancellationToken) < 100)
            await Task.Delay(1_000, cancellationToken);
        return run;
    }

    /// <summary>Training steps that are done, of all variants.</summary>
    public async Task<long> StepsAsync(CancellationToken cancellationToken)
    {
        var runs = await _client.GetFromJsonAsync<JsonElement>("/api/runs?limit=1", cancellationToken);
        var run = await _client.GetFromJsonAsync<JsonElement>(
            $"/api/runs/{runs.GetProperty("runs")[0].GetProperty("id").GetString()}", cancellationToken);
        var groups = run.GetProperty("stages").EnumerateArray();
        return groups.Where(group => group.GetProperty("name").GetString() == "train")
            .SelectMany(group => group.GetProperty("stages").EnumerateArray())
            .Select(stage => stage.GetProperty("progress")).Where(progress => progress.ValueKind == JsonValueKind.Object)
            .Sum(progress => progress.GetProperty("done").GetInt64());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        // As Ctrl-C would, so that the store is ended too.
        using (var stop = Process.Start("kill", ["-TERM", $"{_server.Id}"]))
            await stop.WaitForExitAsync();
        await _server.WaitForExitAsync();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
