using System.Net;
using System.Text.Json;

namespace ContrastivePipeline.Tests.Web;

/// <summary>Runs, results, datasets and search over HTTP.</summary>
[Collection<ShapesRuns>]
public sealed class ReadingApiTests(ShapesRuns runs) : IAsyncLifetime
{
    private WebLab _web = null!;

    private string Results => $"/api/runs/{runs.Second.Id}/results";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await runs.RequireAsync();
        _web = await WebLab.StartAsync(runs.Store);
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
            await _web.DisposeAsync();
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_filtered_and_in_pages()
    {
        string[] Ids(JsonElement page) => [.. page.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("id").GetString()!)];
        var all = await _web.GetJsonAsync("/api/runs?limit=500");
        Assert.True(Ids(all).IndexOf(runs.Second.Id) < Ids(all).IndexOf(runs.First.Id));
        var only = await _web.GetJsonAsync("/api/runs?experiment=shapes&state=completed");
        Assert.Contains(runs.First.Id, Ids(only));
        Assert.DoesNotContain(runs.Second.Id, Ids(only));
        var second = await _web.GetJsonAsync("/api/runs?offset=1&limit=1");
        Assert.Equal([Ids(all)[1]], Ids(second));
        Assert.Equal(all.GetProperty("total").GetInt32(), second.GetProperty("total").GetInt32());
        Assert.Empty(Ids(await _web.GetJsonAsync("/api/runs?state=failed&experiment=shapes")));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=x", "'limit' cannot be 'x'")]
    [InlineData("offset=-1", "offset")]
    [InlineData("state=99", "state")]
    [InlineData("state=sleeping", "'state' is none of running, killed")]
    [InlineData("experiment=..%2Fdatasets", "experiment")]
    public async Task Bad_filters_are_named(string query, string words)
    {
        var problem = await WebLab.ProblemAsync(await _web.GetAsync($"/api/runs?{query}"), 400);
        Assert.Contains(words, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_come_in_three_forms_with_the_same_numbers()
    {
        var expected = await new RunProducts(runs.Store, runs.Second).ReadMeasurementsAsync(Cancellation);
        Assert.Equal(ResultsFiles.Json(expected), await TextAsync(Results));
        Assert.Equal(ResultsFiles.Csv(expected), await TextAsync(Results + "?format=csv"));
        Assert.Equal(ResultsFiles.Csv(expected), await TextAsync(Results, "text/html;q=0.1, text/csv"));
        Assert.Equal(ResultsFiles.Json(expected), await TextAsync(Results, "text/html, */*;q=0.8"));
        using var parquet = await _web.GetAsync(Results, ("Accept", "application/vnd.apache.parquet"));
        Assert.Equal(expected, await ResultsParquet.ReadAsync(await parquet.Content.ReadAsByteArrayAsync(Cancellation), Cancellation));
        await WebLab.ProblemAsync(await _web.GetAsync(Results, ("Accept", "image/png")), 406);
        await WebLab.ProblemAsync(await _web.GetAsync(Results + "?format=xml"), 400);
    }

    [Fact]
    public async Task Results_are_filtered_and_unknown_filters_are_reported_what_there_is()
    {
        var expected = await new RunProducts(runs.Store, runs.Second).ReadMeasurementsAsync(Cancellation);
        async Task<Measurement[]> GetAsync(string query) =>
            (await _web.GetJsonAsync($"{Results}?{query}")).Deserialize<Measurement[]>(JsonSerializerOptions.Web)!;
        Assert.Equal(expected.Where(m => m.Metric == "retrieval/text-to-media/r@1"), await GetAsync("metric=retrieval/text-*/r@1"));
        Assert.Equal(expected.Where(m => m.Variant == "cyclip+ls" && m.Seed == 2), await GetAsync("variant=cyclip%2Bls&seed=2"));
        Assert.Equal(
            expected.Where(m => m.Metric.EndsWith("/r@1", StringComparison.Ordinal) || m.Metric.EndsWith("/r@5", StringComparison.Ordinal)),
            await GetAsync("metric=*/r@1&metric=*/r@5"));
        Assert.Empty(await GetAsync("seed=77"));
        var problem = await WebLab.ProblemAsync(await _web.GetAsync($"{Results}?variant=clop"), 400);
        Assert.Contains("clip, cyclip+ls", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curves_have_every_step_or_as_many_points_as_are_asked_for()
    {
        var curves = (await _web.GetJsonAsync($"/api/runs/{runs.Second.Id}/curves")).EnumerateArray().ToArray();
        Assert.Equal(4, curves.Length);
        long[] Steps(JsonElement curve) =>
            [.. curve.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("step").GetInt64())];
        Assert.All(curves, curve => Assert.Equal([1, 2, 3, 4, 5, 6], Steps(curve)));
        var thin = Assert.Single(
            (await _web.GetJsonAsync($"/api/runs/{runs.Second.Id}/curves?variant=clip&seed=2&points=3")).EnumerateArray());
        Assert.Equal([1, 3, 6], Steps(thin));
        await WebLab.ProblemAsync(await _web.GetAsync($"/api/runs/{runs.Second.Id}/curves?points=0"), 400);
    }

    [Fact]
    public async Task A_run_that_ended_has_two_events()
    {
        using var response = await _web.GetAsync($"/api/runs/{runs.First.Id}/events");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = (await response.Content.ReadAsStringAsync(Cancellation)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, events.Length);
        Assert.StartsWith("event: run\ndata: {", events[1], StringComparison.Ordinal);
        Assert.Equal("event: end\ndata: {}", events[2]);
        var told = JsonDocument.Parse(events[1]["event: run\ndata: ".Length..]).RootElement;
        Assert.Equal((await _web.GetJsonAsync($"/api/runs/{runs.First.Id}")).GetRawText(), told.GetRawText());
    }

    [Fact]
    public async Task Datasets_versions_and_quarantine_are_there()
    {
        var dataset = Assert.Single(
            (await _web.GetJsonAsync("/api/datasets")).EnumerateArray(), d => d.GetProperty("name").GetString() == "shapes");
        var detail = await _web.GetJsonAsync("/api/datasets/shapes");
        var version = detail.GetProperty("versions")[0];
        var stored = (await new DatasetCatalog(runs.Store).VersionsAsync("shapes", Cancellation))[0].Manifest;
        Assert.Equal(stored.Captions.Sum(part => part.Rows), version.GetProperty("captions").GetInt32());
        Assert.Equal(stored.Version, version.GetProperty("version").GetString());
        Assert.Equal(dataset.GetProperty("current").GetRawText(), detail.GetProperty("current").GetRawText());
        var diff = await _web.GetJsonAsync($"/api/datasets/shapes/diff?from={stored.Version}&to={stored.Version}");
        Assert.Equal((0, 60),
            (diff.GetProperty("captions").GetProperty("changed").GetInt32(),
                diff.GetProperty("media").GetProperty("unchanged").GetInt32()));
        var quarantine = await _web.GetJsonAsync("/api/datasets/shapes/versions/current/quarantine");
        Assert.Equal(0, quarantine.GetProperty("total").GetInt32());
        foreach (var path in new[] { "/api/datasets/none", "/api/datasets/none/versions", "/api/datasets/shapes/diff?from=0123456789ab",
            "/api/datasets/shapes/versions/0123456789ab/quarantine", "/api/datasets/a@b@c/versions/current/quarantine" })
        {
            await WebLab.ProblemAsync(await _web.GetAsync(path), 404);
        }
    }

    [Fact]
    public async Task Text_finds_media_and_an_image_finds_captions()
    {
        var found = await _web.GetJsonAsync($"/api/search?run={runs.First.Id}&text=a%20red%20disc&top=3");
        var mediaItem = found.GetProperty("found").EnumerateArray().First().GetProperty("mediaId").GetString()!;
        Assert.Equal(3, found.GetProperty("found").GetArrayLength());

        using var image = await _web.GetAsync($"/api/runs/{runs.First.Id}/media?id={Uri.EscapeDataString(mediaItem)}");
        Assert.Equal("image/png", image.Content.Headers.ContentType?.MediaType);
        var bytes = new ByteArrayContent(await image.Content.ReadAsByteArrayAsync(Cancellation))
        {
            Headers = { ContentType = new("image/png") },
        };
        using var captions = await _web.SendAsync(HttpMethod.Post, $"/api/search?run={runs.First.Id}&top=2", bytes);
        Assert.Equal(2, (await WebLab.JsonAsync(captions)).GetProperty("found").GetArrayLength());

        var scoped = await _web.GetJsonAsync($"/api/search?run={runs.First.Id}&text=a%20red%20disc&top=3&split=test");
        Assert.Equal(found.GetProperty("found").GetRawText(), scoped.GetProperty("found").GetRawText());
        await WebLab.ProblemAsync(await _web.GetAsync($"/api/search?run={runs.First.Id}&text=a&split=train"), 404);
        await WebLab.ProblemAsync(await PostAsync($"/api/search?run={runs.First.Id}&split=none", "x"u8.ToArray(), "image/png"), 404);
    }

    [Theory]
    [InlineData("text=", 400)]
    [InlineData("text=a&top=0", 400)]
    [InlineData("", 400)]
    [InlineData("text=a&variant=clop", 404)]
    public async Task Searches_that_make_no_sense_are_refused(string query, int status) =>
        await WebLab.ProblemAsync(await _web.GetAsync($"/api/search?run={runs.First.Id}&{query}"), status);

    [Fact]
    public async Task Images_that_are_none_are_refused()
    {
        var address = $"/api/search?run={runs.First.Id}";
        var problem = await WebLab.ProblemAsync(await PostAsync(address, "not an image"u8.ToArray(), "image/png"), 422);
        Assert.Equal("urn:problem-type:contrastive:picture-unusable", problem.GetProperty("type").GetString());
        await WebLab.ProblemAsync(await PostAsync(address, "x"u8.ToArray(), "text/plain"), 415);
        await WebLab.ProblemAsync(await PostAsync(address, new byte[QueryImage.MaxBytes + 1], "image/png"), 413);
    }

    private Task<HttpResponseMessage> PostAsync(string path, byte[] content, string type) =>
        _web.SendAsync(HttpMethod.Post, path, new ByteArrayContent(content) { Headers = { ContentType = new(type) } });

    private async Task<string> TextAsync(string path, string? accept = null)
    {
        using var response = await _web.GetAsync(path, accept is null ? [] : [("Accept", accept)]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }
}
