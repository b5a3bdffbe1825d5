namespace ContrastivePipeline.Tests.Data.Versions;

public sealed class DatasetGarbageTests(AzuriteFixture azurite)
{
    private static readonly HashSet<string> Nothing = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_nobody_needs_goes_and_what_is_shared_stays()
    {
        var (lab, first) = await OpenAsync();
        using var _ = lab;
        var (second, _) = await RefreshAsync(lab, first, "id,caption\na.png,wine\nx.png,lost\n");
        var (third, _) = await RefreshAsync(lab, second, "id,caption\nb.png,leaf\ny.png,lost\n");
        var loser = await lab.RefreshAsync(second, RefreshMode.Append, "id,caption\nb.png,moss\n", "loser.csv");
        await lab.Store.WriteAsync("datasets/d/0123456789ab/captions/part-00000.parquet", new byte[9], Ct);
        await lab.Store.WriteAsync("datasets/d/notes.txt", new byte[1], Ct);
        await lab.Store.WriteAsync("datasets/d2/0123456789ab/captions/part-00000.parquet", new byte[9], Ct);
        var before = await lab.Store.ListAsync("", Ct).ToListAsync(Ct);

        Assert.Empty((await lab.Catalog.FindGarbageAsync("d", Nothing, keepHistory: false, Ct)).Blobs);
        var late = Late(lab);
        var garbage = await late.FindGarbageAsync("d", Nothing, cancellationToken: Ct);
        Assert.Equal([loser.Version!], garbage.Versions);
        Assert.Equal(
            [
                "datasets/d/0123456789ab/captions/part-00000.parquet", $"datasets/d/{loser.Version}/captions/part-00000.parquet",
                $"datasets/d/{loser.Version}/manifest.json",
            ],
            garbage.Blobs.Select(blob => blob.Artifact.Path).Order(StringComparer.Ordinal));
        Assert.Equal(before, await lab.Store.ListAsync("", Ct).ToListAsync(Ct));

        var used = await late.FindGarbageAsync("d", new HashSet<string> { loser.Version! }, cancellationToken: Ct);
        Assert.Empty(used.Versions);
        var deleted = await late.DeleteAsync(garbage, Ct);
        Assert.Equal(garbage.Bytes, deleted.Sum(artifact => artifact.Length));
        Assert.Equal(before.Except(deleted), await lab.Store.ListAsync("", Ct).ToListAsync(Ct));

        // Without history the latest version alone remains; it needs the images of the first and the quarantine of both refreshes.
        await late.DeleteAsync(await late.FindGarbageAsync("d", Nothing, keepHistory: false, Ct), Ct);
        Assert.Equal([third.Version], (await lab.Catalog.VersionsAsync("d", Ct)).Select(version => version.Manifest.Version));
        Assert.Empty((await lab.Reader.VerifyAsync(third, null, Ct)).Problems);
        Assert.Equal(2, await lab.Reader.ReadQuarantineAsync(third, Ct).CountAsync(Ct));
        Assert.Single(await lab.Catalog.RefreshesAsync("d", Ct));
        var left = await lab.Store.ListAsync("", Ct).Select(artifact => artifact.Path).ToListAsync(Ct);
        Assert.Contains("datasets/d/notes.txt", left);
        Assert.Contains("datasets/d2/0123456789ab/captions/part-00000.parquet", left);
        Assert.Empty((await late.FindGarbageAsync("d", Nothing, keepHistory: false, Ct)).Blobs);
    }

    [Fact]
    public async Task Nothing_goes_that_was_written_or_made_current_since()
    {
        var (lab, first) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(first, RefreshMode.Append, "id,caption\nb.png,moss\n");
        const string Orphan = "datasets/d/0123456789ab/captions/part-00000.parquet";
        await lab.Store.WriteAsync(Orphan, new byte[9], Ct);
        var late = Late(lab);
        var garbage = await late.FindGarbageAsync("d", Nothing, cancellationToken: Ct);
        Assert.Equal([record.Version!], garbage.Versions);

        await lab.Catalog.MakeCurrentAsync("d", 1, record.Version!, VersionChanges.Refreshed, record.Id, Ct);
        await Assert.ThrowsAsync<RefreshConflictException>(() => late.DeleteAsync(garbage, Ct));
        await lab.ResultAsync(record);

        garbage = await late.FindGarbageAsync("d", Nothing, cancellationToken: Ct);
        Assert.Equal([Orphan], garbage.Blobs.Select(blob => blob.Artifact.Path));
        await lab.Store.WriteAsync(Orphan, new byte[9], Ct);
        Assert.Empty(await late.DeleteAsync(garbage, Ct));
    }

    /// <summary>What a record refers to that nobody can read, nobody knows.</summary>
    [Theory]
    [InlineData("manifest.json")]
    [InlineData("current.json")]
    [InlineData("record.json")]
    public async Task Where_a_record_cannot_be_read_nothing_goes(string name)
    {
        var (lab, first) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(first, RefreshMode.Append, "id,caption\nb.png,moss\n");
        await lab.Store.WriteAsync("datasets/d/0123456789ab/captions/part-00000.parquet", new byte[9], Ct);
        Assert.NotEmpty((await Late(lab).FindGarbageAsync("d", Nothing, cancellationToken: Ct)).Blobs);
        var path = name switch
        {
            "manifest.json" => $"datasets/d/{record.Version}/{name}",
            "record.json" => $"datasets/d/refreshes/{record.Id}/{name}",
            _ => $"datasets/d/{name}",
        };
        await lab.Store.WriteAsync(path, "{}"u8.ToArray(), Ct);
        var before = await lab.Store.ListAsync("", Ct).ToListAsync(Ct);

        var garbage = await Late(lab).FindGarbageAsync("d", Nothing, keepHistory: false, Ct);
        Assert.Empty(garbage.Blobs);
        Assert.Empty(garbage.Versions);
        Assert.Equal([path], garbage.Unreadable.Select(unreadable => unreadable.Path));
        Assert.Equal(before, await lab.Store.ListAsync("", Ct).ToListAsync(Ct));
    }

    [Fact]
    public async Task A_version_that_a_run_began_to_use_since_stays()
    {
        var (lab, first) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(first, RefreshMode.Append, "id,caption\nb.png,moss\n");
        var garbage = await Late(lab).FindGarbageAsync("d", Nothing, cancellationToken: Ct);
        Assert.Equal([record.Version!], garbage.Versions);
        var asked = 0;
        // The run is seen the second time only: when the manifest has gone already.
        Task<IReadOnlySet<string>> UsedAsync(CancellationToken stop) =>
            Task.FromResult<IReadOnlySet<string>>(asked++ == 0 ? Nothing : new HashSet<string> { record.Version! });
        var conflict = await Assert.ThrowsAsync<RefreshConflictException>(() => Late(lab).DeleteAsync(garbage, UsedAsync, Ct));
        Assert.Contains($"A run began to use d@{record.Version}", conflict.Message, StringComparison.Ordinal);
        Assert.Equal(2, asked);
        await lab.ResultAsync(record);
    }

    /// <summary>However the two meet, what the name means is there to the last part.</summary>
    [Fact]
    public async Task Making_current_and_collecting_at_once_leave_a_whole_version()
    {
        var (lab, first) = await OpenAsync();
        using var _ = lab;
        for (var round = 0; round < 12; round++)
        {
            var record = await lab.RefreshAsync(first, RefreshMode.Append, $"id,caption\nb.png,moss {round}\n");
            var late = Late(lab);
            var garbage = await late.FindGarbageAsync("d", Nothing, cancellationToken: Ct);
            var revision = (await lab.Catalog.CurrentAsync("d", Ct))!.Revision;
            await Task.WhenAll(
                TryAsync(() => late.DeleteAsync(garbage, Ct)),
                TryAsync(async () =>
                {
                    await Task.Delay(round * 2, Ct);
                    await lab.Catalog.MakeCurrentAsync("d", revision, record.Version!, VersionChanges.Refreshed, record.Id, Ct);
                }));
            var current = await lab.Catalog.FindAsync("d", Ct);
            Assert.Empty((await lab.Reader.VerifyAsync(current, null, Ct)).Problems);
        }

        static async Task TryAsync(Func<Task> work)
        {
            try
            {
                await work();
            }
            catch (Exception lost) when (lost is RefreshConflictException or DatasetNotFoundException or ArtifactMissingException)
            {
            }
        }
    }

    [Fact]
    public async Task A_dataset_that_is_not_there_says_so()
    {
        var store = await azurite.OpenStoreAsync();
        await Assert.ThrowsAsync<DatasetNotFoundException>(() => new DatasetCatalog(store)
            .FindGarbageAsync("d", Nothing, cancellationToken: Ct));
    }

    private async Task<(RefreshLab Lab, DatasetManifest Base)> OpenAsync() =>
        await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), "a.png,red,train", "b.png,green,train");

    private static async Task<(DatasetManifest Result, RefreshRecord Record)> RefreshAsync(
        RefreshLab lab, DatasetManifest basis, string table)
    {
        var record = await lab.RefreshAsync(basis, RefreshMode.Append, table);
        var current = await lab.Catalog.CurrentAsync("d", Ct);
        await lab.Catalog.MakeCurrentAsync("d", current!.Revision, record.Version!, VersionChanges.Refreshed, record.Id, Ct);
        return (await lab.ResultAsync(record), record);
    }

    /// <summary>The catalog, as it will be in two hours.</summary>
    private static DatasetCatalog Late(RefreshLab lab) => new(lab.Store, new LateClock());

    private sealed class LateClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(2);
    }
}
