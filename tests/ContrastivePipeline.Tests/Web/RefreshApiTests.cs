using System.Text;

namespace ContrastivePipeline.Tests.Web;

/// <summary>The data engineer's day over HTTP.</summary>
public sealed class RefreshApiTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private LocalPipeline _pipeline = null!;
    private WebLab _web = null!;
    private string _first = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var experiment = ShapesExperiment.Draw(_folder.Path);
        var store = await azurite.OpenStoreAsync();
        _pipeline = new LocalPipeline(store, Path.Combine(_folder.Path, "scratch"), TimeProvider.System);
        var library = new ExperimentLibrary(_folder.Path);
        var requests = new PipelineRequests(library, _ => throw new InvalidOperationException("No emoji here."));
        var run = await requests.CreateAsync(await PipelineRequests.ReadAsync(experiment, Cancellation), store, null, false, Cancellation);
        _first = (await _pipeline.PrepareAsync(
            new PrepareDatasetInput(run.Input.Dataset!, run.Input.Snapshot!), new RecordingObserver(), Cancellation)).Version;
        _web = await WebLab.StartAsync(store, with: WithRefreshes(library));
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
            await _web.DisposeAsync();
        _pipeline?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_table_is_looked_at_then_applied_then_taken_back()
    {
        const string Table = "image,caption\n0.png,a new caption\nnone.png,nobody knows this\n";
        using var looked = await PostAsync("/api/datasets/shapes/refresh?mode=patch&dryRun=true", Table);
        Assert.Equal(_first, (await WebLab.JsonAsync(looked)).GetProperty("current").GetString());

        using var applied = await PostAsync("/api/datasets/shapes/refresh?mode=patch&file=april.csv", Table);
        var outcome = await WebLab.JsonAsync(applied);
        var record = outcome.GetProperty("record");
        Assert.Equal("april.csv", record.GetProperty("fileName").GetString());
        Assert.Equal((2, 1),
            (record.GetProperty("rows").GetProperty("read").GetInt32(), record.GetProperty("rows").GetProperty("rejected").GetInt32()));
        var second = outcome.GetProperty("current").GetString()!;
        Assert.NotEqual(_first, second);
        Assert.Equal(second, await CurrentAsync());
        var diff = await _web.GetJsonAsync($"/api/datasets/shapes/diff?from={_first}");
        Assert.Contains("a new caption", diff.GetProperty("examples").GetRawText(), StringComparison.Ordinal);
        var quarantine = await _web.GetJsonAsync("/api/datasets/shapes/versions/current/quarantine");
        Assert.Contains("unknown-media", quarantine.GetRawText(), StringComparison.Ordinal);
        foreach (var path in new[] { "versions/current", $"refreshes/{record.GetProperty("id").GetString()}" })
        {
            using var csv = await _web.GetAsync($"/api/datasets/shapes/{path}/quarantine?format=csv");
            Assert.Equal(("text/csv", "attachment"),
                (csv.Content.Headers.ContentType?.MediaType, csv.Content.Headers.ContentDisposition?.DispositionType));
            var lines = (await csv.Content.ReadAsStringAsync(Cancellation)).Split('\n');
            Assert.Equal("file,row,column,reason,detail,content", lines[0]);
            Assert.StartsWith("april.csv,3,image,unknown-media,", Assert.Single(lines[1..^1]), StringComparison.Ordinal);
        }
        await WebLab.ProblemAsync(await _web.GetAsync("/api/datasets/shapes/refreshes/none/quarantine"), 404);

        using var back = await PostAsync("/api/datasets/shapes/rollback", "");
        Assert.Equal(_first, (await WebLab.JsonAsync(back)).GetProperty("version").GetString());
        Assert.Equal(_first, await CurrentAsync());
    }

    [Theory]
    [InlineData("captions (1).csv")]
    [InlineData("Bildtexte M\u00e4rz #2 100%.csv")]
    [InlineData("\u5b57\u5e55 \U0001F600 & more;.csv")]
    public async Task A_name_is_a_label(string name)
    {
        using var looked = await PostAsync(
            $"/api/datasets/shapes/refresh?mode=patch&dryRun=true&file={Uri.EscapeDataString(name)}", "image,caption\n0.png,x\n");
        Assert.Equal(name, (await WebLab.JsonAsync(looked)).GetProperty("record").GetProperty("fileName").GetString());
    }

    [Theory]
    [InlineData("shapes/refresh?mode=patch&file=a%0Ab.csv", "text/csv", "image,caption\n0.png,x\n", 400)]
    [InlineData("shapes/refresh?mode=patch&file=a%5Cb.csv", "text/csv", "image,caption\n0.png,x\n", 400)]
    [InlineData("shapes/refresh?mode=patch", "text/csv", "no,such,columns\n1,2,3\n", 422)]
    [InlineData("shapes/refresh?mode=patch", "text/csv", "", 422)]
    [InlineData("shapes/refresh?mode=patch", "text/plain", "image,caption\n0.png,x\n", 415)]
    [InlineData("shapes/refresh?mode=patch", "application/octet-stream", "image,caption\n0.png,x\n", 400)]
    [InlineData("shapes/refresh?mode=patch", "application/vnd.apache.parquet", "PAR1 not really", 422)]
    [InlineData("shapes/refresh?mode=patch&file=..%2Fx.csv", "text/csv", "image,caption\n0.png,x\n", 400)]
    [InlineData("shapes/refresh?mode=patch&file=table.docx", "text/csv", "image,caption\n0.png,x\n", 422)]
    [InlineData("shapes/refresh?mode=mend", "text/csv", "image,caption\n0.png,x\n", 400)]
    [InlineData("shapes/refresh", "text/csv", "image,caption\n0.png,x\n", 400)]
    [InlineData("none/refresh?mode=patch", "text/csv", "image,caption\n0.png,x\n", 404)]
    [InlineData("shapes/rollback?version=0123456789ab", "text/csv", "", 404)]
    [InlineData("shapes/rollback", "text/csv", "", 404)]
    public async Task Tables_and_wishes_that_make_no_sense_change_nothing(string path, string type, string body, int status)
    {
        await WebLab.ProblemAsync(await PostAsync($"/api/datasets/{path}", body, type), status);
        Assert.Equal(_first, await CurrentAsync());
        Assert.Empty(_web.Notices);
    }

    [Fact]
    public async Task A_table_that_is_too_long_is_refused()
    {
        await using var small = await WebLab.StartAsync(
            _pipeline.Store, with: parts => WithRefreshes(new ExperimentLibrary(null))(parts) with { LongestTable = 100 });
        var content = new StringContent("image,caption\n" + new string('x', 100), Encoding.UTF8, "text/csv");
        await WebLab.ProblemAsync(await small.SendAsync(HttpMethod.Post, "/api/datasets/shapes/refresh?mode=patch", content), 413);
    }

    [Fact]
    public async Task A_server_that_only_shows_changes_nothing()
    {
        await using var shows = await WebLab.StartAsync(_pipeline.Store);
        foreach (var path in new[] { "refresh?mode=patch", "rollback" })
        {
            await WebLab.ProblemAsync(await shows.SendAsync(
                HttpMethod.Post, $"/api/datasets/shapes/{path}", new StringContent("image,caption\n", Encoding.UTF8, "text/csv")), 403);
        }
    }

    private Func<WebParts, WebParts> WithRefreshes(ExperimentLibrary library) =>
        parts => parts with { Refreshes = new CaptionRefreshes(_pipeline.Store, library, _pipeline.RefreshAsync, TimeProvider.System) };

    private Task<HttpResponseMessage> PostAsync(string path, string body, string type = "text/csv") =>
        _web.SendAsync(HttpMethod.Post, path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new(type) } });

    private async Task<string?> CurrentAsync() =>
        (await _web.GetJsonAsync("/api/datasets/shapes")).GetProperty("current").GetProperty("version").GetString();
}
