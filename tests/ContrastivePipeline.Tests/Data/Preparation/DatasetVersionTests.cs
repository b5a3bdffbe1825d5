namespace ContrastivePipeline.Tests.Data.Preparation;

public sealed class DatasetVersionTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_content_is_the_same_version_wherever_it_lies()
    {
        using var here = Table("image,caption\na.png,red\nb.png,green\na.png,also red\nc.png,red again\n");
        using var there = Table("image,caption\na.png,red\nb.png,green\na.png,also red\nc.png,red again\n");
        var store = await azurite.OpenStoreAsync();
        var first = await PrepareAsync(store, here);
        var before = await ListAsync(store);
        var second = await PrepareAsync(store, there);

        Assert.Equal(first.Version, second.Version);
        Assert.Matches("^[0-9a-f]{12}$", first.Version);
        Assert.Equal(before, await ListAsync(store));
        Assert.Equal(
            before.Select(artifact => artifact.Path),
            new[] { "captions/part-00000.parquet", "manifest.json", "media/part-00000.parquet" }
                .Select(name => $"datasets/d/{first.Version}/{name}").Append("datasets/d/current.json"));
    }

    [Fact]
    public async Task Rows_come_back_as_they_went_in()
    {
        using var folder = Table("image,caption,set\nb.png,green,train\na.png,red,val\na.png,also red,val\na.png,red,val\na.png,x,train\n");
        var store = await azurite.OpenStoreAsync();
        var manifest = await PrepareAsync(store, folder, "set");
        var reader = new DatasetReader(store);

        Assert.Equal(
            [
                new CaptionRow("a.png", 0, "red", "a.png", "t.csv", "val"),
                new CaptionRow("a.png", 1, "also red", "a.png", "t.csv", "val"),
                new CaptionRow("b.png", 0, "green", "b.png", "t.csv", "train"),
            ],
            await reader.ReadCaptionsAsync(manifest, Ct).ToListAsync(Ct));
        var media = await reader.ReadMediaAsync(manifest, Ct).ToListAsync(Ct);
        Assert.Equal([("a.png", 8, 10), ("b.png", 10, 8)], media.Select(row => (row.Id, row.Width, row.Height)));
        Assert.Equal(1, manifest.Accounting.Duplicates);
        var conflict = Assert.Single(await reader.ReadQuarantineAsync(manifest, Ct).ToListAsync(Ct));
        Assert.Equal(("split-conflict", 6L), (conflict.Reason, conflict.Row));
        Assert.Equal(2, manifest.Accounting.KeptBySplit["val"]);

        var summary = await reader.InspectAsync(manifest, Ct);
        Assert.Equal((2L, 3L, 1, 1, 2),
            (summary.Media, summary.Captions, summary.ShortestCaption, summary.MedianCaption, summary.LongestCaption));
        Assert.Equal(new SplitSummary("val", 1, 2, 1, "red"), summary.Splits[1]);
        Assert.Equal("split-conflict", Assert.Single(summary.QuarantineExamples).Reason);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Parts_that_are_read_beside_each_other_come_in_their_order(int damaged)
    {
        using var folder = Table("image,caption\na.png,red\nb.png,green\nc.png,blue\n");
        var store = await azurite.OpenStoreAsync();
        var manifest = await PrepareAsync(store, folder);
        var part = Assert.Single(manifest.Media);
        var broken = part with { Artifact = part.Artifact with { Sha256 = new string('0', 64) } };
        var parts = Enumerable.Range(0, 6).Select(i => i == damaged ? broken : part).ToArray();
        var read = new List<string>();
        var failure = await Record.ExceptionAsync(async () =>
        {
            await foreach (var row in new DatasetReader(store).ReadMediaAsync(manifest with { Media = parts }, Ct))
            {
                read.Add(row.Id);
            }
        });
        Assert.Equal(damaged < 6, failure is ArtifactCorruptException);
        Assert.Equal(Enumerable.Repeat(new[] { "a.png", "b.png", "c.png" }, damaged).SelectMany(ids => ids), read);
        Assert.Equal("a.png", (await new DatasetReader(store).ReadMediaAsync(manifest with { Media = [part, broken] }, Ct).FirstAsync(Ct))
            .Id);
    }

    /// <summary>A part that must not be downloaded has a wrong hash here: reading it whole would fail.</summary>
    [Theory]
    [InlineData("04 17", "1 5")]
    [InlineData("00 19", "0 6")]
    [InlineData("03 04 05", "1")]
    [InlineData("", "")]
    [InlineData("00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19", "0 1 2 3 4 5 6")]
    [InlineData("07", "2")]
    public async Task Only_parts_that_hold_a_wanted_image_are_read(string wanted, string holders)
    {
        var store = await azurite.OpenStoreAsync();
        string[] ids = wanted.Split(' ', StringSplitOptions.RemoveEmptyEntries), read = holders.Split(' ');
        var parts = new List<DatasetPart>();
        foreach (var chunk in Enumerable.Range(0, 20).Select(i => new MediaRow($"{i:D2}", [1], 1, 1, "")).Chunk(3))
        {
            using var content = new MemoryStream();
            await ShardTables.Media.WriteAsync(content, chunk, Ct);
            var artifact = await store.WriteAsync($"part-{parts.Count}", content.ToArray(), Ct);
            parts.Add(new DatasetPart(
                read.Contains($"{parts.Count}") ? artifact : artifact with { Sha256 = new string('0', 64) }, chunk.Length));
        }

        var manifest = new DatasetManifest(
            "d", "v", 8, parts, [], [], [], [], [],
            new DataAccounting(0, 0, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>()));
        var rows = await new DatasetReader(store).ReadMediaAsync(manifest, ids.ToHashSet(), Ct).ToListAsync(Ct);
        Assert.Equal(ids, rows.Select(row => row.Id));
    }

    /// <summary>A copy of an image under another name must not be tested with when the first is trained on.</summary>
    [Fact]
    public async Task Copies_of_an_image_share_a_split()
    {
        using var folder = new TemporaryFolder();
        var lines = new List<string> { "image,caption" };
        for (var i = 0; i < 60; i++)
        {
            folder.Write($"{i:D2}.png", PngMaker.Solid(8, 8, (byte)(i / 3), 0, 0));
            lines.Add($"{i:D2}.png,caption {i}");
        }

        var store = await azurite.OpenStoreAsync();
        var spec = new PairsSourceSpec(folder.Write("t.csv", string.Join('\n', lines)), TestFraction: 0.5);
        var manifest = await new DatasetPreparer(store).PrepareAsync(new DatasetSpec("d", spec, 8), null, Ct);
        var captions = await new DatasetReader(store).ReadCaptionsAsync(manifest, Ct).ToListAsync(Ct);
        Assert.Equal(60, captions.Count);
        Assert.Equal(2, manifest.Accounting.KeptBySplit.Count);
        foreach (var copies in captions.Chunk(3))
        {
            Assert.Single(copies.Select(row => row.Split).Distinct());
        }
    }

    [Fact]
    public async Task Verification_finds_a_lost_part_a_changed_part_and_false_books()
    {
        using var folder = Table("image,caption\na.png,red\nb.png,green\nnone.png,lost\n");
        var store = await azurite.OpenStoreAsync();
        var manifest = await PrepareAsync(store, folder);
        var reader = new DatasetReader(store);
        Assert.True((await reader.VerifyAsync(manifest, null, Ct)).IsSound);

        var cooked = manifest with { Accounting = manifest.Accounting with { Kept = 3 } };
        Assert.Contains((await reader.VerifyAsync(cooked, null, Ct)).Problems,
            problem => problem.Contains("add up", StringComparison.Ordinal));
        var resized = manifest with { MediaSize = 9 };
        Assert.Equal(2, (await reader.VerifyAsync(resized, null, Ct)).Problems.Count);

        var media = manifest.Media[0].Artifact.Path;
        await store.WriteAsync(media, "changed"u8.ToArray(), Ct);
        Assert.Contains((await reader.VerifyAsync(manifest, null, Ct)).Problems,
            problem => problem.Contains(media, StringComparison.Ordinal));
        await store.DeleteAsync(media, Ct);
        Assert.Contains((await reader.VerifyAsync(manifest, null, Ct)).Problems,
            problem => problem.Contains(media, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_without_a_good_row_is_refused_and_leaves_nothing()
    {
        using var folder = Table("image,caption\nnone.png,lost\n");
        var store = await azurite.OpenStoreAsync();
        var error = await Assert.ThrowsAsync<SourceException>(() => PrepareAsync(store, folder));
        Assert.Contains("missing-file: 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("t.csv, row 2", error.Message, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(store));
    }

    [Theory]
    [InlineData("Bad name", 64, "png", "cannot name a dataset")]
    [InlineData("../d", 64, "png", "cannot name a dataset")]
    [InlineData("d", 4, "png", "media size of 4")]
    [InlineData("d", 64, "bmp", "'bmp'")]
    public void An_impossible_spec_says_why(string name, int size, string encoding, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => new DatasetSpec(name, new PairsSourceSpec("a.csv"), size, encoding).Validate());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_is_not_there_says_so()
    {
        var store = await azurite.OpenStoreAsync();
        var error = await Assert.ThrowsAsync<ArtifactMissingException>(() => new DatasetReader(store).ReadManifestAsync("d", "v", Ct));
        Assert.Contains("prepare it first", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    // Two captions of openclipart contain control characters.
    [InlineData("openclipart/pairs.tsv", "image", "caption", 2_666, 2_664)]
    [InlineData("flickr8k/Flickr8k.token.txt", "1", "2", 3_500, 3_500)]
    public async Task Real_tables_need_a_plain_spec(string table, string image, string caption, int rows, int kept)
    {
        var path = Shared.Require($"data/{table}");
        var root = table.StartsWith("flickr8k", StringComparison.Ordinal) ? Path.Combine(Path.GetDirectoryName(path)!, "images") : null;
        var store = await azurite.OpenStoreAsync();
        var spec = new DatasetSpec("d", new PairsSourceSpec(path, image, caption, ImageRoot: root), 32, "jpeg");
        var books = (await new DatasetPreparer(store).PrepareAsync(spec, null, Ct)).Accounting;
        Assert.Equal((rows, kept), (books.SourceRows, books.Kept + books.Duplicates));
    }

    private static TemporaryFolder Table(string content)
    {
        var folder = new TemporaryFolder();
        folder.Write("a.png", PngMaker.Solid(16, 20, 255, 0, 0));
        folder.Write("b.png", PngMaker.Solid(20, 16, 0, 255, 0));
        folder.Write("c.png", PngMaker.Solid(9, 9, 255, 0, 1));
        folder.Write("t.csv", content);
        return folder;
    }

    private static Task<DatasetManifest> PrepareAsync(ArtifactStore store, TemporaryFolder folder, string? splitColumn = null)
    {
        var source = new PairsSourceSpec(Path.Combine(folder.Path, "t.csv"), SplitColumn: splitColumn);
        return new DatasetPreparer(store).PrepareAsync(new DatasetSpec("d", source, 8), null, Ct);
    }

    private static async Task<List<Artifact>> ListAsync(ArtifactStore store) => await store.ListAsync("", Ct).ToListAsync(Ct);
}
