namespace ContrastivePipeline.Tests.Data.Versions;

public sealed class DatasetDiffTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refresh_and_the_difference_agree()
    {
        var (lab, basis) = await RefreshLab.OpenAsync(
            await azurite.OpenStoreAsync(), "a.png,red,train", "a.png,ruby,train", "b.png,green,test", "c.png,blue,train");
        using var _ = lab;
        var result = await lab.ResultAsync(await lab.RefreshAsync(basis, RefreshMode.Replace,
            "id,caption\na.png,ruby\na.png,wine\na.png,new\nb.png,leaf\n"));
        var diff = await lab.Catalog.DiffAsync(basis, result, 1, Ct);
        Assert.Equal((basis.Version, result.Version), (diff.From, diff.To));
        Assert.Equal(new ChangeCounts(1, 2, 1, 1), diff.Captions);
        Assert.Equal(new ChangeCounts(0, 0, 0, 3), diff.Media);
        Assert.Equal(3, diff.TouchedMedia);
        Assert.Equal(new ChangeCounts(0, 1, 0, 0), diff.BySplit["test"]);
        Assert.Equal(new ChangeCounts(1, 1, 1, 1), diff.BySplit["train"]);
        Assert.Equal(
            [
                new CaptionChange(CaptionChangeKind.Changed, "a.png", "train", 1, "red", "wine"),
                new CaptionChange(CaptionChangeKind.Added, "a.png", "train", 2, null, "new"),
                new CaptionChange(CaptionChangeKind.Removed, "c.png", "train", 0, "blue", null),
            ], diff.Examples);

        var back = await lab.Catalog.DiffAsync(result, basis, 0, Ct);
        Assert.Equal(new ChangeCounts(1, 2, 1, 1), back.Captions);
        Assert.Empty(back.Examples);
        var same = await lab.Catalog.DiffAsync(result, result, 5, Ct);
        Assert.Equal((new ChangeCounts(0, 0, 0, 4), 0L, 1), (same.Captions, same.TouchedMedia, same.SharedCaptionParts));
    }

    [Fact]
    public async Task Versions_of_different_sources_differ_in_media_too()
    {
        var store = await azurite.OpenStoreAsync();
        using var folder = new TemporaryFolder();
        folder.Write("a.png", PngMaker.Solid(8, 8, 1, 1, 1));
        folder.Write("b.png", PngMaker.Solid(8, 8, 2, 2, 2));
        folder.Write("c.png", PngMaker.Solid(8, 8, 3, 3, 3));
        var before = await PrepareAsync("image,caption,set\na.png,red,train\nb.png,green,train\n");
        folder.Write("b.png", PngMaker.Solid(8, 8, 4, 4, 4));
        var after = await PrepareAsync("image,caption,set\nb.png,green,val\nc.png,blue,train\n");
        var diff = await new DatasetCatalog(store).DiffAsync(before, after, 5, Ct);
        Assert.Equal(new ChangeCounts(1, 1, 1, 0), diff.Media);
        Assert.Equal(new ChangeCounts(1, 0, 1, 1), diff.Captions);

        async Task<DatasetManifest> PrepareAsync(string table) => await new DatasetPreparer(store).PrepareAsync(
            new DatasetSpec("d", new PairsSourceSpec(folder.Write("t.csv", table), SplitColumn: "set"), 8), null, Ct);
    }
}
