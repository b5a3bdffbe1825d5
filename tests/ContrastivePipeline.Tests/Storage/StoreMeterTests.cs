namespace ContrastivePipeline.Tests.Storage;

public sealed class StoreMeterTests(AzuriteFixture azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Counts_what_goes_over_the_wire_and_what_stays()
    {
        var store = await azurite.OpenStoreAsync();
        using var meter = StoreMeter.Begin();

        var artifact = await store.WriteAsync("a/b", new byte[1000], Stop);
        Assert.Equal(new StoreUsage(1, 1, 1000, 0, 1000), meter.Usage);
        await store.WriteAsync("a/c", new byte[50], Stop);
        Assert.Equal(new StoreUsage(2, 2, 1050, 0, 1050), meter.Usage);

        await store.ReadAsync(artifact, Stop);
        Assert.Equal(new StoreUsage(3, 2, 1050, 1000, 1050), meter.Usage);
        await store.DeleteAsync("a/b", Stop);
        Assert.Equal(50, meter.Usage.BytesStored);

        Assert.Single(await store.ListAsync("a/", Stop).ToListAsync(Stop));
        Assert.Equal((5, 3), (meter.Usage.Requests, meter.Usage.Writes));
    }

    [Fact]
    public async Task A_blob_of_many_blocks_is_stored_once()
    {
        var store = await azurite.OpenStoreAsync();
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "large");
        await File.WriteAllBytesAsync(file, new byte[9 << 20], Stop);
        using var meter = StoreMeter.Begin();

        await store.WriteFileAsync("large", file, Stop);
        await store.WriteFileAsync("large", file, Stop);

        Assert.Equal(9 << 20, meter.Usage.BytesStored);
        Assert.InRange(meter.Usage.BytesSent, 2 * (9 << 20), 2 * (9 << 20) + 10_000);
        // Each time three blocks and their list.
        Assert.Equal((8, 8), (meter.Usage.Requests, meter.Usage.Writes));
    }

    [Fact]
    public async Task Repeated_requests_count_each()
    {
        var (url, connection) = await azurite.ConnectionAsync();
        await using var proxy = new FlakyProxy(url.Port);
        var address = StoreAddress.Parse(connection.Replace($":{url.Port}/", $":{proxy.Port}/", StringComparison.Ordinal))
            .WithContainer($"t{Guid.NewGuid():N}");
        var store = await ArtifactStore.OpenAsync(address, Stop);
        using var meter = StoreMeter.Begin();
        proxy.BreakNextAnswerAfter(0);
        proxy.BreakNextAnswerAfter(0);

        await store.WriteAsync("a", new byte[10], Stop);

        Assert.Equal((3, 10L), (meter.Usage.Requests, meter.Usage.BytesStored));
    }

    [Fact]
    public async Task Flows_beside_each_other_count_apart_and_of_nested_ones_the_inner_counts()
    {
        var store = await azurite.OpenStoreAsync();
        async Task<StoreUsage> WriteAsync(int length)
        {
            using var meter = StoreMeter.Begin();
            for (var i = 0; i < 5; i++)
            {
                await store.WriteAsync($"{length}/{i}", new byte[length], Stop);
            }
            return meter.Usage;
        }

        using var outer = StoreMeter.Begin();
        var usages = await Task.WhenAll(Task.Run(() => WriteAsync(10)), Task.Run(() => WriteAsync(1000)));
        Assert.Equal([50L, 5000L], usages.Select(usage => usage.BytesStored));
        Assert.Equal(0, outer.Usage.Requests);

        await store.WriteAsync("after", new byte[7], Stop);
        Assert.Equal(7, outer.Usage.BytesStored);
    }
}
