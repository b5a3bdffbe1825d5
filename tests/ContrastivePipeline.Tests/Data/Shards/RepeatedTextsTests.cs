namespace ContrastivePipeline.Tests.Data.Shards;

public sealed class RepeatedTextsTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Held_out_texts_that_others_or_the_training_split_have_are_counted()
    {
        using var folder = new TemporaryFolder();
        string[] rows =
        [
            "train,a dog", "train,a dog", "train,a horse",
            "test,a dog", "test,a dog ", "test,a cat", "test,A dog", "val,a cat", "val,a horse", "val,a cow",
        ];
        foreach (var (i, _) in rows.Index())
            folder.Write($"{i}.png", PngMaker.Solid(9, 9, (byte)i, 0, 0));
        var table = folder.Write("t.csv", "image,set,caption\n"
            + string.Concat(rows.Index().Select(row => $"{row.Index}.png,{row.Item}\n")));
        var store = await azurite.OpenStoreAsync();
        var manifest = await new DatasetPreparer(store).PrepareAsync(
            new DatasetSpec("d", new PairsSourceSpec(table, SplitColumn: "set"), 8), null, Ct);

        Assert.Equal(rows.Length, manifest.Accounting.Kept);
        // Of test, two images are "a dog", which train has; "A dog" is another text. Of val, "a horse" is in train; the cat of test does
        // not count.
        Assert.Equal(
            [new RepeatedTexts("test", 4, 2, 2), new RepeatedTexts("val", 3, 0, 1)],
            await new DatasetReader(store).FindRepeatedTextsAsync(manifest, Ct));
    }
}
