using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Refresh;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Tests.Data.Refresh;
using ContrastivePipeline.Tests.Storage;

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

        // Without history the latest version alone remains; it needs the pictures of the first and the quarantine of both refreshes.
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

    [Fact]
    public async Task A_dataset_that_is_not_there_says_so()
    {
        var store = await azurite.OpenStoreAsync();
        await Assert.ThrowsAsync<DatasetNotFoundException>(() => new DatasetCatalog(store).FindGarbageAsync("d", Nothing, cancellationToken: Ct));
    }

    private async Task<(RefreshLab Lab, DatasetManifest Base)> OpenAsync() =>
        await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), "a.png,red,train", "b.png,green,train");

    private static async Task<(DatasetManifest Result, RefreshRecord Record)> RefreshAsync(RefreshLab lab, DatasetManifest basis, string table)
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
