namespace ContrastivePipeline.Tests.Data.Preparation;

/// <summary>The demo's dataset, from packages to shards and back.</summary>
public sealed class EmojiDatasetTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demo_is_prepared_and_read_back()
    {
        var store = await azurite.OpenStoreAsync();
        var source = new EmojiSourceSpec(await LocalPackages.EnsureInstalledAsync(LocalPackages.FindFolder(), cancellationToken: Ct));
        var manifest = await new DatasetPreparer(store).PrepareAsync(new DatasetSpec("emoji", source, 64), null, Ct);

        Assert.Equal((5_718, 5_646, 0, 72),
            (manifest.Accounting.SourceRows, manifest.Accounting.Kept, manifest.Accounting.Duplicates, manifest.Accounting.Quarantined));
        Assert.Equal(54, manifest.Accounting.Reasons[ImageReason.MissingFile]);
        Assert.Equal(18, manifest.Accounting.Reasons["held-out-copy"]);
        Assert.Equal(
            new Dictionary<string, long> { ["seen"] = 373, ["train"] = 4_730, ["unseen"] = 543 },
            manifest.Accounting.KeptBySplit.ToDictionary());
        Assert.Equal([1_024, 1_024, 1_024, 1_024, 1_024, 526], manifest.Media.Select(part => part.Rows));

        var reader = new DatasetReader(store);
        var ids = new List<string>();
        await foreach (var media in reader.ReadMediaAsync(manifest, Ct))
        {
            ids.Add(media.Id);
            Assert.Equal(64, Math.Min(media.Width, media.Height));
            if (ids.Count % 500 == 0)
            {
                Assert.Equal(media.Width * media.Height * 3, ImageDecoder.Decode(media.Bytes).Pixels.Length);
            }
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        var captions = await reader.ReadCaptionsAsync(manifest, Ct).ToListAsync(Ct);
        Assert.Equal(ids, captions.Select(caption => caption.MediaId));
        Assert.Equal(
            manifest.Accounting.KeptBySplit,
            captions.GroupBy(caption => caption.Split).ToDictionary(split => split.Key, split => (long)split.Count()));
        Assert.Empty(await reader.FindCopiesAsync(manifest, Ct));
        Assert.All(
            await reader.ReadQuarantineAsync(manifest, Ct).Where(row => row.Reason == ImageReason.MissingFile).ToListAsync(Ct),
            row => Assert.Contains("\"drawing\":\"fluent\"", row.Content, StringComparison.Ordinal));
        Assert.NotEmpty(await reader.ReadLabelsAsync(manifest, Ct).ToListAsync(Ct));
        Assert.NotEmpty(await reader.ReadTriplesAsync(manifest, Ct).ToListAsync(Ct));
    }
}
