using System.Net;
using System.Security.Cryptography;

namespace ContrastivePipeline.Tests.Web;

[Collection<ShapesRuns>]
public sealed class ArtifactApiTests(ShapesRuns runs) : IAsyncLifetime
{
    private WebLab _web = null!;
    private string _href = null!;
    private byte[] _content = null!;
    private string _etag = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await runs.RequireAsync();
        _web = await WebLab.StartAsync(runs.Store);
        var list = await _web.GetJsonAsync($"/api/runs/{runs.First.Id}/artifacts");
        // With a '+' in its path, which a URL must keep.
        var embeddings = list.EnumerateArray()
            .Single(a => a.GetProperty("name").GetString() == "embed/cyclip+ls-seed-1-shapes/test-media.parquet");
        _href = embeddings.GetProperty("href").GetString()!;
        _etag = $"\"{embeddings.GetProperty("sha256").GetString()}\"";
        _content = await (await _web.GetAsync(_href)).Content.ReadAsByteArrayAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
            await _web.DisposeAsync();
    }

    [Fact]
    public async Task Every_artifact_of_the_list_comes_whole_with_its_hash_as_its_tag()
    {
        foreach (var artifact in (await _web.GetJsonAsync($"/api/runs/{runs.First.Id}/artifacts")).EnumerateArray())
        {
            using var response = await _web.GetAsync(artifact.GetProperty("href").GetString()!);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var content = await response.Content.ReadAsByteArrayAsync(Cancellation);
            Assert.Equal(artifact.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(content)));
            Assert.Equal(artifact.GetProperty("length").GetInt64(), response.Content.Headers.ContentLength);
            Assert.Equal($"\"{artifact.GetProperty("sha256").GetString()}\"", response.Headers.ETag?.Tag);
            Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
            Assert.Contains("sandbox", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=4-99", 4, 96)]
    [InlineData("BYTES=4-99", 4, 96)]
    [InlineData("bytes=100-", 100, -1)]
    [InlineData("bytes=-7", -7, -1)]
    [InlineData("bytes=-99999999", 0, -1)]
    [InlineData("bytes=10-99999999", 10, -1)]
    public async Task One_range_is_answered_with_that_range(string range, int from, int length)
    {
        using var response = await _web.GetAsync(_href, ("Range", range));
        from = from < 0 ? _content.Length + from : from;
        length = length < 0 ? _content.Length - from : length;
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"bytes {from}-{from + length - 1}/{_content.Length}", response.Content.Headers.ContentRange?.ToString());
        Assert.Equal(_content[from..(from + length)], await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(_etag, response.Headers.ETag?.Tag);
    }

    [Theory]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("lines=1-2")]
    public async Task Several_ranges_and_other_units_are_answered_with_all_of_it(string range)
    {
        using var response = await _web.GetAsync(_href, ("Range", range));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(_content, await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData("bytes=99999999-", 416)]
    [InlineData("bytes=-0", 416)]
    [InlineData("bytes=5-2", 400)]
    [InlineData("bytes=a-b", 400)]
    [InlineData("bytes=", 400)]
    [InlineData("nonsense", 400)]
    public async Task Ranges_outside_or_unreadable_are_refused(string range, int status)
    {
        using var response = await _web.GetAsync(_href, ("Range", range));
        if (status == 416)
            Assert.Equal($"bytes */{_content.Length}", response.Content.Headers.GetValues("Content-Range").Single());
        await WebLab.ProblemAsync(response, status);
        Assert.Null(response.Headers.ETag);
    }

    [Fact]
    public async Task Conditions_are_answered_as_RFC_9110_has_them()
    {
        async Task<int> StatusAsync(params (string, string)[] headers)
        {
            using var response = await _web.GetAsync(_href, headers);
            return (int)response.StatusCode;
        }
        Assert.Equal(304, await StatusAsync(("If-None-Match", _etag)));
        Assert.Equal(304, await StatusAsync(("If-None-Match", $"\"other\", W/{_etag}")));
        Assert.Equal(304, await StatusAsync(("If-None-Match", "*")));
        Assert.Equal(200, await StatusAsync(("If-None-Match", "\"other\"")));
        Assert.Equal(200, await StatusAsync(("If-Match", _etag)));
        Assert.Equal(412, await StatusAsync(("If-Match", "\"other\"")));
        Assert.Equal(412, await StatusAsync(("If-Match", $"W/{_etag}")));
        Assert.Equal(206, await StatusAsync(("Range", "bytes=0-1"), ("If-Range", _etag)));
        Assert.Equal(200, await StatusAsync(("Range", "bytes=0-1"), ("If-Range", "\"other\"")));
        Assert.Equal(200, await StatusAsync(("Range", "bytes=0-1"), ("If-Range", $"W/{_etag}")));
        Assert.Equal(200, await StatusAsync(("Range", "bytes=0-1"), ("If-Range", "Wed, 21 Oct 2026 07:28:00 GMT")));
        Assert.Equal(200, await StatusAsync(("Range", "bytes=99999999-"), ("If-Range", "\"other\"")));
    }

    [Fact]
    public async Task Head_says_what_get_would_without_a_body()
    {
        using var head = await _web.SendAsync(HttpMethod.Head, _href, null, ("Range", "bytes=0-1"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal((_content.Length, _etag), (head.Content.Headers.ContentLength, head.Headers.ETag?.Tag));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task What_belongs_to_no_stage_of_the_run_is_not_there()
    {
        await runs.Store.WriteAsync("secret.txt", "SECRET"u8.ToArray(), Cancellation);
        var mine = _href.Replace($"/api/runs/{runs.First.Id}/artifacts", "", StringComparison.Ordinal);
        foreach (var path in new[] { "/secret.txt", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
            $"/runs/shapes/{runs.First.Id}/run.json", mine + "/", "/" + mine })
        {
            await WebLab.ProblemAsync(await _web.GetAsync($"/api/runs/{runs.First.Id}/artifacts{path}"), 404);
        }
        // The second run trained its own models.
        await WebLab.ProblemAsync(await _web.GetAsync($"/api/runs/{runs.Second.Id}/artifacts{mine}"), 404);
    }

    [Fact]
    public async Task The_report_is_a_page_without_scripts()
    {
        using var response = await _web.GetAsync($"/api/runs/{runs.First.Id}/report");
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        Assert.Contains("shapes", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }
}
