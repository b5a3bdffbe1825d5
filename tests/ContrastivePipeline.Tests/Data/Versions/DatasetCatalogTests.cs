namespace ContrastivePipeline.Tests.Data.Versions;

public sealed class DatasetCatalogTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_version_is_current_until_somebody_chooses()
    {
        var store = await azurite.OpenStoreAsync();
        var catalog = new DatasetCatalog(store);
        Assert.Empty(await catalog.ListAsync(Ct));
        var first = await PrepareAsync(store, "red");
        var second = await PrepareAsync(store, "green");
        Assert.Equal(first.Version, (await catalog.FindAsync("d", Ct)).Version);
        Assert.Equal(second.Version, (await catalog.FindAsync($"d@{second.Version}", Ct)).Version);

        var moved = await catalog.MakeCurrentAsync("d", 1, second.Version, VersionChanges.Refreshed, "0123456789ab", Ct);
        Assert.Equal((2L, second.Version), (moved.Revision, moved.Version));
        Assert.Equal(second.Version, (await catalog.FindAsync("d", Ct)).Version);
        Assert.Equal([second.Version], (await catalog.VersionsAsync("d", Ct)).Where(v => v.IsCurrent).Select(v => v.Manifest.Version));
        var back = await catalog.RollBackAsync("d", cancellationToken: Ct);
        Assert.Equal((3L, first.Version), (back.Revision, back.Version));
        Assert.Equal(
            [(first.Version, "prepared"), (second.Version, "refreshed"), (first.Version, "rolled-back")],
            back.History.Select(change => (change.Version, change.How)));
        var dataset = Assert.Single(await catalog.ListAsync(Ct));
        Assert.Equal(("d", 2, first.Version), (dataset.Name, dataset.Versions, dataset.Current!.Version));
    }

    [Fact]
    public async Task Who_looked_before_somebody_else_changed_it_gets_a_conflict()
    {
        var store = await azurite.OpenStoreAsync();
        var catalog = new DatasetCatalog(store);
        var first = await PrepareAsync(store, "red");
        var second = await PrepareAsync(store, "green");
        await catalog.MakeCurrentAsync("d", 1, second.Version, VersionChanges.Refreshed, "0123456789ab", Ct);

        var conflict = await Assert.ThrowsAsync<RefreshConflictException>(
            () => catalog.MakeCurrentAsync("d", 1, first.Version, VersionChanges.Refreshed, "ba9876543210", Ct));
        Assert.Equal(
            $"Dataset 'd' is now at {second.Version} (revision 2); your change was based on {first.Version}, revision 1. " +
            "Nothing was changed or lost; run it again.", conflict.Message);
        Assert.Equal(2, (await catalog.CurrentAsync("d", Ct))!.Revision);
        // The repeat of the change that was made.
        Assert.Equal(2, (await catalog.MakeCurrentAsync("d", 1, second.Version, VersionChanges.Refreshed, "0123456789ab", Ct)).Revision);
    }

    [Fact]
    public async Task Of_many_at_once_one_moves_it()
    {
        var store = await azurite.OpenStoreAsync();
        var catalog = new DatasetCatalog(store);
        await PrepareAsync(store, "red");
        var second = await PrepareAsync(store, "green");
        var tries = Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await catalog.MakeCurrentAsync("d", 1, second.Version, VersionChanges.Refreshed, $"refresh-{i}", Ct);
                return 1;
            }
            catch (RefreshConflictException)
            {
                return 0;
            }
        });
        Assert.Equal(1, (await Task.WhenAll(tries)).Sum());
        Assert.Equal(2, (await catalog.CurrentAsync("d", Ct))!.Revision);
    }

    [Fact]
    public async Task A_store_of_an_older_program_has_no_pointer()
    {
        var store = await azurite.OpenStoreAsync();
        var catalog = new DatasetCatalog(store);
        var first = await PrepareAsync(store, "red");
        await store.DeleteAsync("datasets/d/current.json", Ct);
        Assert.Equal((0L, first.Version), ((await catalog.CurrentAsync("d", Ct))!.Revision, (await catalog.FindAsync("d", Ct)).Version));

        var second = await PrepareAsync(store, "green");
        await store.DeleteAsync("datasets/d/current.json", Ct);
        Assert.Null(await catalog.CurrentAsync("d", Ct));
        var error = await Assert.ThrowsAsync<DatasetNotFoundException>(() => catalog.FindAsync("d", Ct));
        Assert.Contains("several versions", error.Message, StringComparison.Ordinal);
        Assert.Contains($"d@{first.Version}", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await catalog.MakeCurrentAsync("d", 0, second.Version, VersionChanges.RolledBack, cancellationToken: Ct))
            .Revision);
    }

    [Theory]
    [InlineData("e", "There is no dataset 'e'; the store has d.")]
    [InlineData("d@0123456789ab", "There is no dataset version 'd@0123456789ab'; the store has d@")]
    [InlineData("d@../d", "There is no dataset version 'd@../d'")]
    [InlineData("d@x@y", "write NAME or NAME@VERSION")]
    [InlineData("../datasets", "There is no dataset '../datasets'")]
    [InlineData("d\n", "There is no dataset 'd\n'")]
    [InlineData("", "There is no dataset ''")]
    public async Task A_reference_to_nothing_says_what_there_is(string reference, string message)
    {
        var store = await azurite.OpenStoreAsync();
        await PrepareAsync(store, "red");
        var error = await Assert.ThrowsAsync<DatasetNotFoundException>(() => new DatasetCatalog(store).FindAsync(reference, Ct));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_goes_back_where_nothing_was_before()
    {
        var store = await azurite.OpenStoreAsync();
        await PrepareAsync(store, "red");
        var alone = await Assert.ThrowsAsync<DatasetNotFoundException>(() => new DatasetCatalog(store)
            .RollBackAsync("d", cancellationToken: Ct));
        Assert.Equal("No other version of dataset 'd' was current before; it has one version only.", alone.Message);
        await Assert.ThrowsAsync<DatasetNotFoundException>(() => new DatasetCatalog(store).RollBackAsync("d", "0123456789ab", Ct));
        Assert.Equal(1, (await new DatasetCatalog(store).CurrentAsync("d", Ct))!.Revision);

        // The mended source was prepared, which moves nothing.
        var mended = await PrepareAsync(store, "green");
        var choice = await Assert.ThrowsAsync<DatasetNotFoundException>(() => new DatasetCatalog(store)
            .RollBackAsync("d", cancellationToken: Ct));
        Assert.StartsWith(
            $"No other version of dataset 'd' was current before; name the version to use. There is {mended.Version} of ", choice.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("not JSON")]
    [InlineData("{\"name\":\"d\",\"version\":null}")]
    public async Task A_damaged_record_hides_no_other(string content)
    {
        var store = await azurite.OpenStoreAsync();
        var catalog = new DatasetCatalog(store);
        var sound = await PrepareAsync(store, "red");
        var damaged = await PrepareAsync(store, "green");
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        await store.WriteAsync($"datasets/d/{damaged.Version}/manifest.json", bytes, Ct);
        await store.WriteAsync("datasets/d/refreshes/0123456789ab/record.json", bytes, Ct);
        await store.WriteAsync("datasets/e/0123456789ab/manifest.json", bytes, Ct);
        await store.WriteAsync("datasets/e/current.json", bytes, Ct);

        var unreadable = new List<UnreadableRecord>();
        Assert.Equal([sound.Version], (await catalog.VersionsAsync("d", unreadable, Ct)).Select(version => version.Manifest.Version));
        Assert.Empty(await catalog.RefreshesAsync("d", unreadable, Ct));
        Assert.Equal(
            [$"datasets/d/{damaged.Version}/manifest.json", "datasets/d/refreshes/0123456789ab/record.json"],
            unreadable.Select(record => record.Path));
        Assert.All(unreadable, record => Assert.Contains(record.Path, record.Problem, StringComparison.Ordinal));

        var all = await catalog.ListAsync(Ct);
        Assert.Equal([("d", sound.Version), ("e", null)], all.Select(dataset => (dataset.Name, dataset.Current?.Version)));
        Assert.Null(all[0].Problem);
        Assert.Contains("datasets/e/current.json", all[1].Problem, StringComparison.Ordinal);
        Assert.Equal(sound.Version, (await catalog.FindAsync("d", Ct)).Version);
    }

    [Fact]
    public async Task A_manifest_of_another_version_is_none()
    {
        var store = await azurite.OpenStoreAsync();
        var first = await PrepareAsync(store, "red");
        var second = await PrepareAsync(store, "green");
        var stolen = await store.TryReadAsync($"datasets/d/{first.Version}/manifest.json", Ct);
        await store.WriteAsync($"datasets/d/{second.Version}/manifest.json", stolen!.Content, Ct);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => new DatasetCatalog(store).FindAsync($"d@{second.Version}", Ct));
        Assert.Contains($"is the manifest of d@{first.Version}", error.Message, StringComparison.Ordinal);
    }

    private static async Task<DatasetManifest> PrepareAsync(ArtifactStore store, string caption)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.png", PngMaker.Solid(8, 8, 255, 0, 0));
        var source = new PairsSourceSpec(folder.Write("t.csv", $"image,caption\na.png,{caption}\n"));
        return await new DatasetPreparer(store).PrepareAsync(new DatasetSpec("d", source, 8), null, Ct);
    }
}
