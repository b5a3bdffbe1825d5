using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace ContrastivePipeline.Tests.Data.Refresh;

/// <summary>A refresh that ends in the middle leaves the old version current and whole, and its repeat completes it.</summary>
public sealed class RefreshFaultTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_store_goes_away_after_any_request()
    {
        var address = await azurite.NewAddressAsync();
        var store = await ArtifactStore.OpenAsync(address, Ct);
        var (lab, basis) = await RefreshLab.OpenAsync(store, "a.png,red,train", "b.png,green,train");
        using var _ = lab;
        var spec = new RefreshSpec("d", basis.Version, RefreshMode.Append, lab.Write("new.csv", "id,caption\na.png,new\nx.png,lost\n"));
        var failures = 0;
        RefreshRecord? record = null;
        for (var served = 1; record is null; served++)
        {
            var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
            options.AddPolicy(new Death(served), HttpPipelinePosition.PerCall);
            try
            {
                record = await new CaptionRefresher(new ArtifactStore(address.CreateClient(options))).ComputeAsync(spec, null, Ct);
            }
            catch (StoreUnavailableException error)
            {
                failures++;
                Assert.Contains("Check that it is running", error.Message, StringComparison.Ordinal);
            }

            Assert.Equal(basis.Version, (await lab.Catalog.FindAsync("d", Ct)).Version);
            foreach (var version in await lab.Catalog.VersionsAsync("d", Ct))
            {
                Assert.Empty((await lab.Reader.VerifyAsync(version.Manifest, null, Ct)).Problems);
            }
        }

        // Base, record of before, captions, ids of media, rejected rows, part, manifest, record: each was the first that failed.
        Assert.InRange(failures, 8, 30);
        var all = await store.ListAsync("", Ct).ToListAsync(Ct);
        foreach (var blob in all.Where(blob => blob.Path.Contains("refreshes", StringComparison.Ordinal)
            || blob.Path.Contains(record.Version!, StringComparison.Ordinal)))
        {
            await store.DeleteAsync(blob.Path, Ct);
        }

        await new CaptionRefresher(store).ComputeAsync(spec, null, Ct);
        Assert.Equal(all, await store.ListAsync("", Ct).ToListAsync(Ct));
    }

    [Fact]
    public async Task Stopped_at_any_progress_it_can_be_repeated()
    {
        var store = await azurite.OpenStoreAsync();
        var (lab, basis) = await RefreshLab.OpenAsync(store, "a.png,red,train", "b.png,green,train");
        using var _ = lab;
        var spec = new RefreshSpec("d", basis.Version, RefreshMode.Replace,
            lab.Write("new.jsonl", "{\"id\":\"a.png\",\"caption\":\"new\"}\n"));
        for (var reports = 1; ; reports++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var left = reports;
            var phases = new List<string>();
            try
            {
                var record = await new CaptionRefresher(store).ComputeAsync(spec, new Reports(progress =>
                {
                    phases.Add(progress.Phase);
                    if (--left == 0)
                    {
                        stop.Cancel();
                    }
                }), stop.Token);
                Assert.Equal(["read", "merge", "upload"], phases.Distinct());
                Assert.Equal(["a.png/0=new"], await lab.CaptionsAsync(await lab.ResultAsync(record)));
                return;
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(basis.Version, (await lab.Catalog.FindAsync("d", Ct)).Version);
            }
        }
    }

    [Fact]
    public async Task Many_at_once_change_nothing_for_each_other()
    {
        var store = await azurite.OpenStoreAsync();
        var (lab, basis) = await RefreshLab.OpenAsync(store, "a.png,red,train", "b.png,green,train");
        using var _ = lab;
        var tables = Enumerable.Range(0, 4).Select(i => lab.Write($"{i % 2}.csv", $"id,caption\na.png,new {i % 2}\nx.png,{i % 2}\n"))
            .ToArray();
        var won = await Task.WhenAll(tables.Select(async table =>
        {
            var record = await new CaptionRefresher(store)
                .ComputeAsync(new RefreshSpec("d", basis.Version, RefreshMode.Append, table), null, Ct);
            try
            {
                await lab.Catalog.MakeCurrentAsync("d", 1, record.Version!, VersionChanges.Refreshed, record.Id, Ct);
                return record.Id;
            }
            catch (RefreshConflictException)
            {
                return null;
            }
        }));
        // Two of them are the same refresh, so both may say that it was done.
        var winner = Assert.Single(won.OfType<string>().Distinct());
        var current = await lab.Catalog.CurrentAsync("d", Ct);
        Assert.Equal((2L, winner), (current!.Revision, current.History[^1].Refresh));
        Assert.Equal(3, (await lab.Catalog.VersionsAsync("d", Ct)).Count);
        foreach (var refresh in await lab.Catalog.RefreshesAsync("d", Ct))
        {
            await lab.ResultAsync(refresh.Record);
        }
    }

    /// <summary>Lets so many requests through.</summary>
    private sealed class Death(int served) : HttpPipelinePolicy
    {
        private int _left = served;

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            Interlocked.Decrement(ref _left) >= 0 ? ProcessNextAsync(message, pipeline) : throw new IOException("Connection refused");

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);
    }

    private sealed class Reports(Action<DataProgress> report) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => report(value);
    }
}
