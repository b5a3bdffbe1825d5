namespace ContrastivePipeline.Tests.Data.Preparation;

public sealed class ThinImagesTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Scaling the short side up makes a line longer than its encoding takes: that is a fault of its row and of no
    /// other.</summary>
    [Theory]
    [InlineData(ImageEncoder.Jpeg, 2_100)]
    [InlineData(ImageEncoder.Png, 31_500)]
    public async Task A_line_is_set_aside_where_its_encoding_cannot_hold_it(string encoding, int length)
    {
        using var folder = new TemporaryFolder();
        folder.Write("whole.png", PngMaker.Solid(40, 30, 1, 2, 3));
        folder.Write("thin.png", PngMaker.Solid(1, 300, 1, 2, 3));
        folder.Write("tall.png", PngMaker.Solid(1, length, 1, 2, 3));
        folder.Write("wide.png", PngMaker.Solid(length, 1, 1, 2, 3));
        var table = folder.Write("t.csv", "image,caption\nwhole.png,a\nthin.png,b\ntall.png,c\nwide.png,d\n");
        var store = await azurite.OpenStoreAsync();
        var manifest = await new DatasetPreparer(store)
            .PrepareAsync(new DatasetSpec("d", new PairsSourceSpec(table), 32, encoding), null, Ct);

        Assert.Equal((2L, 2L), (manifest.Accounting.Kept, manifest.Accounting.Reasons[ImageReason.TooThin]));
        var reader = new DatasetReader(store);
        Assert.Equal([4L, 5L], await reader.ReadQuarantineAsync(manifest, Ct).Select(row => row.Row).ToListAsync(Ct));
        Assert.Empty((await reader.VerifyAsync(manifest, null, Ct)).Problems);
    }
}
