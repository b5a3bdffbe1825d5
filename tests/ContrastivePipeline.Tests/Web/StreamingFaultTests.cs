using System.Net;
using System.Security.Cryptography;

namespace ContrastivePipeline.Tests.Web;

/// <summary>Stores that go away and clients that do.</summary>
public sealed class StreamingFaultTests(AzuriteFixture azurite)
{
    private const int Length = 24 << 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_that_goes_away_in_mid_stream_breaks_the_answer_off()
    {
        await using var lab = await FaultLab.StartAsync(azurite);
        using var response = await lab.Web.GetAsync(lab.Href);
        Assert.Equal((HttpStatusCode.OK, Length), (response.StatusCode, response.Content.Headers.ContentLength));
        await using var body = await response.Content.ReadAsStreamAsync(Cancellation);
        await body.ReadExactlyAsync(new byte[100_000], Cancellation);
        await lab.TakeStoreAwayAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, Cancellation));
        Assert.Contains(lab.Web.Notices, notice => notice.Contains("did not work", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_is_away_is_a_503_that_says_when_to_try_again()
    {
        await using var lab = await FaultLab.StartAsync(azurite);
        await lab.Web.GetJsonAsync($"/api/runs/{lab.RunId}/artifacts");
        await lab.TakeStoreAwayAsync();
        foreach (var path in new[] { lab.Href, "/api/runs", "/api/health", $"/api/runs/{lab.RunId}" })
        {
            using var response = await lab.Web.GetAsync(path);
            Assert.Equal("5", response.Headers.RetryAfter?.ToString());
            var problem = await WebLab.ProblemAsync(response, 503);
            Assert.DoesNotContain("127.0.0.1", problem.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_damaged_artifact_never_looks_whole()
    {
        await using var lab = await FaultLab.StartAsync(azurite);
        var damaged = lab.Content.ToArray();
        damaged[^1] ^= 1;
        await lab.Store.WriteAsync(lab.Path, damaged, Cancellation);
        using var response = await lab.Web.GetAsync(lab.Href);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.LoadIntoBufferAsync(Cancellation));
        Assert.Contains(lab.Web.Notices, notice => notice.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_artifact_of_another_length_is_refused_before_anything_is_sent()
    {
        await using var lab = await FaultLab.StartAsync(azurite);
        await lab.Store.WriteAsync(lab.Path, lab.Content.AsMemory(0, 1000), Cancellation);
        await WebLab.ProblemAsync(await lab.Web.GetAsync(lab.Href), 500);
        await lab.Store.DeleteAsync(lab.Path, Cancellation);
        await WebLab.ProblemAsync(await lab.Web.GetAsync(lab.Href), 404);
    }

    [Fact]
    public async Task A_client_that_goes_away_is_nobody_s_fault()
    {
        await using var lab = await FaultLab.StartAsync(azurite);
        for (var i = 0; i < 5; i++)
        {
            using var gone = new CancellationTokenSource();
            using var request = new HttpRequestMessage(HttpMethod.Get, lab.Href);
            using var response = await lab.Web.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, gone.Token);
            var body = await response.Content.ReadAsStreamAsync(gone.Token);
            await body.ReadExactlyAsync(new byte[1000], gone.Token);
            await body.DisposeAsync();
        }
        using var whole = await lab.Web.GetAsync(lab.Href);
        Assert.Equal(Length, (await whole.Content.ReadAsByteArrayAsync(Cancellation)).Length);
        Assert.Empty(lab.Web.Notices);
    }

    /// <summary>A run with one large artifact, read through a proxy that can be taken away.</summary>
    private sealed class FaultLab : IAsyncDisposable
    {
        private static readonly ArtifactStoreOptions Impatient =
            new() { RetryFor = TimeSpan.FromMilliseconds(300), AttemptTimeout = TimeSpan.FromSeconds(2) };

        private bool _isAway;

        public required ArtifactStore Store { get; init; }

        public required FlakyProxy Proxy { get; init; }

        public required WebLab Web { get; init; }

        public required string RunId { get; init; }

        public required string Path { get; init; }

        public required byte[] Content { get; init; }

        public string Href => $"/api/runs/{RunId}/artifacts/{Path}";

        public static async Task<FaultLab> StartAsync(AzuriteFixture azurite)
        {
            var (url, connection) = await azurite.ConnectionAsync();
            var container = $"t{Guid.NewGuid():N}";
            var direct = await ArtifactStore.OpenAsync(StoreAddress.Parse(connection, container), Cancellation);
            var proxy = new FlakyProxy(url.Port);
            var through = connection.Replace($":{url.Port}/", $":{proxy.Port}/", StringComparison.Ordinal);
            var store = await ArtifactStore.OpenAsync(StoreAddress.Parse(through, container), Impatient, Cancellation);
            using var lab = new WorkflowLab(direct);
            var content = RandomNumberGenerator.GetBytes(Length);
            var stage = new MethodStage<Number, Written>("large", async (_, context, stop) =>
                new Written(await context.Store.WriteAsync(context.Path("large.bin"), content, stop)));
            var workflow = new WorkflowDefinition<Number, Written>("large-alone", (context, input) =>
                context.CallAsync(new StageReference<Number, Written>("large"), input));
            using var host = lab.Host(workflow, stage);
            var outcome = await lab.Launcher(host).RunAsync(
                new RunRequest<Number, Written>("large", workflow.Reference, new Number(1), Fresh: false), new RecordingObserver(),
                Cancellation);
            return new FaultLab
            {
                Store = direct,
                Proxy = proxy,
                Web = await WebLab.StartAsync(store),
                RunId = outcome.Run.Id,
                Path = outcome.Output.File.Path,
                Content = content,
            };
        }

        public async Task TakeStoreAwayAsync()
        {
            _isAway = true;
            await Proxy.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Web.DisposeAsync();
            if (!_isAway)
                await Proxy.DisposeAsync();
        }
    }
}
