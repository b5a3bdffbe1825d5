using System.Text;

namespace ContrastivePipeline.Tests.Web;

/// <summary>Many readers while a run trains. How fast they are, the benchmark <c>readers</c> measures.</summary>
public sealed class ReadersTests(AzuriteFixture azurite)
{
    private const int Readers = 50;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_readers_of_a_run_that_trains_get_whole_answers_and_it_goes_on()
    {
        using var folder = new TemporaryFolder();
        var yaml = (await File.ReadAllTextAsync(ShapesExperiment.Draw(folder.Path), Cancellation))
            .Replace("steps: 6, segment: 2", "steps: 100000, segment: 50", StringComparison.Ordinal);
        var store = await azurite.OpenStoreAsync();
        using var pipeline = new LocalPipeline(store, Path.Combine(folder.Path, "scratch"), TimeProvider.System);
        var requests = new PipelineRequests(new ExperimentLibrary(null), _ => throw new InvalidOperationException("No emoji here."));
        await using var control = new LocalRunControl(
            pipeline, requests, new LocalRunControlOptions { DataFolder = folder.Path }, new RecordingObserver());
        await using var web = await WebLab.StartAsync(store, with: parts => parts with { Control = control });
        using var started = await web.SendAsync(HttpMethod.Post, "/api/runs", new StringContent(yaml, Encoding.UTF8, "application/yaml"));
        var id = (await WebLab.JsonAsync(started)).GetProperty("runId").GetString()!;
        await WaitAsync(web, id, segments: 1);

        var pool = new ReaderPool(web.Url, Readers, TimeSpan.Zero);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        stop.CancelAfter(Length);
        await pool.ReadAsync(stop.Token);

        Assert.True(pool.Errors.Count == 0, string.Join('\n', pool.Errors.Take(5)));
        Assert.True(pool.Answers >= Readers, $"{pool.Answers} answers");
        Assert.Empty(web.Notices);
        var now = await SegmentsAsync(web, id);
        await WaitAsync(web, id, now + 1);
    }

    private static async Task WaitAsync(WebLab web, string id, int segments)
    {
        while (await SegmentsAsync(web, id) < segments)
            await Task.Delay(200, Cancellation);
    }

    private static async Task<int> SegmentsAsync(WebLab web, string id)
    {
        var run = await web.GetJsonAsync($"/api/runs/{id}");
        Assert.Equal("running", run.GetProperty("run").GetProperty("state").GetString());
        return run.GetProperty("stages").EnumerateArray().Where(group => group.GetProperty("name").GetString() == "train")
            .SelectMany(group => group.GetProperty("stages").EnumerateArray())
            .Count(stage => stage.GetProperty("state").GetString() == "completed");
    }
}
