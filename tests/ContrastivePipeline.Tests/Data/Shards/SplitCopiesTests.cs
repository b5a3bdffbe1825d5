namespace ContrastivePipeline.Tests.Data.Shards;

public sealed class SplitCopiesTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_that_a_table_gives_to_two_splits_are_not_trained_on_and_counted_where_both_are_held_out()
    {
        using var folder = new TemporaryFolder();
        string[] rows =
        [
            "1.png,train,1", "2.png,train,2", "3.png,train,3", "3-again.png,train,3", "4.png,val,4",
            "a.png,test,1", "b.png,test,1", "c.png,test,3", "d.png,test,4", "e.png,test,5", "e-again.png,test,5",
        ];
        foreach (var row in rows.Select(row => row.Split(',')))
        {
            folder.Write(row[0], PngMaker.Solid(9, 9, byte.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture), 0, 0));
        }

        var table = folder.Write("t.csv", "image,set,caption\n" +
            string.Concat(rows.Select(row => $"{row[..row.LastIndexOf(',')]},caption of {row[..row.IndexOf(',')]}\n")));
        var store = await azurite.OpenStoreAsync();
        var manifest = await new DatasetPreparer(store).PrepareAsync(
            new DatasetSpec("d", new PairsSourceSpec(table, SplitColumn: "set"), 8), null, Ct);

        var reader = new DatasetReader(store);
        Assert.Equal(rows.Length - 3, manifest.Accounting.Kept);
        Assert.Equal(
            [(2, "1.png", "a.png"), (4, "3.png", "c.png"), (5, "3-again.png", "c.png")],
            await reader.ReadQuarantineAsync(manifest, Ct).Where(row => row.Reason == "held-out-copy")
                .Select(row => (row.Row, row.Content.Split(',')[0], row.Detail.Split('\'')[5])).ToListAsync(Ct));
        SplitCopies[] expected = [new("test", "val", 1)];
        Assert.Equal(expected, await reader.FindCopiesAsync(manifest, Ct));
        Assert.Equal(expected, (await reader.InspectAsync(manifest, Ct)).Copies);
    }

    [Fact]
    public async Task Splits_that_share_no_image_have_none()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 4; i++)
        {
            folder.Write($"{i / 2}-{i}.png", PngMaker.Solid(9, 9, (byte)(i / 2), 0, 0));
        }

        var table = folder.Write("t.csv", "image,set,caption\n0-0.png,train,a\n0-1.png,train,b\n1-2.png,test,a\n1-3.png,test,b\n");
        var store = await azurite.OpenStoreAsync();
        var manifest = await new DatasetPreparer(store).PrepareAsync(
            new DatasetSpec("d", new PairsSourceSpec(table, SplitColumn: "set"), 8), null, Ct);
        Assert.Empty(await new DatasetReader(store).FindCopiesAsync(manifest, Ct));
    }
}
