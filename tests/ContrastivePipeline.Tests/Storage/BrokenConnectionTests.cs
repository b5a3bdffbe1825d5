using System.Security.Cryptography;

namespace ContrastivePipeline.Tests.Storage;

public sealed class BrokenConnectionTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_create_whose_answer_is_lost_still_says_that_it_created()
    {
        var (store, proxy) = await OpenAsync();
        await using (proxy)
        {
            proxy.BreakNextAnswerAfter(0);
            Assert.True(await store.TryCreateAsync("manifest.json", "mine"u8.ToArray(), Ct));
            proxy.BreakNextAnswerAfter(0);
            Assert.False(await store.TryCreateAsync("manifest.json", "mine"u8.ToArray(), Ct));
            Assert.Equal(2, proxy.Broken);
        }
    }

    [Fact]
    public async Task A_replacement_whose_answer_is_lost_still_says_that_it_replaced()
    {
        var (store, proxy) = await OpenAsync();
        await using (proxy)
        {
            await store.WriteAsync("blob", "before"u8.ToArray(), Ct);
            var read = (await store.TryReadAsync("blob", Ct))!;
            proxy.BreakNextAnswerAfter(0);
            Assert.True(await store.TryReplaceAsync("blob", "after"u8.ToArray(), read.ETag, Ct));
            Assert.False(await store.TryReplaceAsync("blob", "after"u8.ToArray(), read.ETag, Ct));
            Assert.Equal(1, proxy.Broken);
        }
    }

    [Fact]
    public async Task A_read_goes_on_where_the_connection_broke()
    {
        var (store, proxy) = await OpenAsync();
        await using (proxy)
        {
            var content = RandomNumberGenerator.GetBytes(6 << 20);
            var artifact = await store.WriteAsync("blob", content, Ct);
            for (var i = 1; i <= 3; i++)
            {
                proxy.BreakNextAnswerAfter(1_000_000);
            }
            Assert.Equal(content, await store.ReadAsync(artifact, Ct));
            Assert.Equal(3, proxy.Broken);
        }
    }

    [Fact]
    public async Task A_large_write_survives_broken_answers()
    {
        var (store, proxy) = await OpenAsync();
        await using (proxy)
        {
            var content = RandomNumberGenerator.GetBytes(10 << 20);
            for (var i = 0; i < 6; i++)
            {
                proxy.BreakNextAnswerAfter(i);
            }
            var artifact = await store.WriteAsync("blob", content, Ct);
            Assert.Equal(content, await store.ReadAsync(artifact, Ct));
            Assert.Equal(6, proxy.Broken);
        }
    }

    [Fact]
    public async Task A_write_over_a_slow_connection_has_the_time_that_its_size_takes()
    {
        // Two seconds on the way, twice what an attempt without a body may take.
        var options = new ArtifactStoreOptions { AttemptTimeout = TimeSpan.FromSeconds(1), RetryFor = TimeSpan.FromSeconds(1) };
        var (store, proxy) = await OpenAsync(options, uploadBytesPerSecond: 512 << 10);
        await using (proxy)
        {
            var content = RandomNumberGenerator.GetBytes(1 << 20);
            var artifact = await store.WriteAsync("blob", content, Ct);
            Assert.Equal(content, await store.ReadAsync(artifact, Ct));
        }
    }

    private Task<(ArtifactStore Store, FlakyProxy Proxy)> OpenAsync() => OpenAsync(new ArtifactStoreOptions(), null);

    private async Task<(ArtifactStore Store, FlakyProxy Proxy)> OpenAsync(ArtifactStoreOptions options, int? uploadBytesPerSecond)
    {
        var (direct, connectionString) = await azurite.ConnectionAsync();
        var proxy = new FlakyProxy(direct.Port) { UploadBytesPerSecond = uploadBytesPerSecond };
        var address = StoreAddress.Parse(
            connectionString.Replace($":{direct.Port}/", $":{proxy.Port}/", StringComparison.Ordinal), $"t{Guid.NewGuid():N}");
        return (await ArtifactStore.OpenAsync(address, options, Ct), proxy);
    }
}
