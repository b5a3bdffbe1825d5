using System.Security.Cryptography;

namespace ContrastivePipeline.Tests.Workflow.Results;

[Collection<ShapesRuns>]
public sealed class SearcherTests(ShapesRuns runs)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_of_the_dataset_finds_what_its_stored_embedding_finds()
    {
        await runs.RequireAsync();
        var (media, texts) = await StoredAsync("clip");
        await using var searcher = new Searcher(runs.Store);
        var mediaItem = media[3];
        var file = await File.ReadAllBytesAsync(Path.Combine(runs.Folder, mediaItem.MediaId), Cancellation);

        var answer = await searcher.FindCaptionsAsync(runs.First, new("clip", 1, []), file, 4, Cancellation);

        var expected = texts.Select(text => (text.Text, Score: Dot(text.Embedding, mediaItem.Embedding)))
            .OrderByDescending(text => text.Score).Take(4);
        foreach (var (found, wanted) in answer.Found.Zip(expected))
        {
            Assert.Equal(wanted.Score, found.Score, 1e-5);
            Assert.StartsWith("a ", found.Caption, StringComparison.Ordinal);
            Assert.Equal("test", found.Split);
            Assert.Equal($"{found.Caption.Split(' ')[^1]}.png", Assert.Single(found.MediaIds));
        }
        Assert.Equal(("clip", 1L, "", 4), (answer.Variant, answer.Seed, answer.Why, answer.Found.Count));
        Assert.Equal(["test"], answer.Splits);
    }

    [Fact]
    public async Task A_caption_of_the_dataset_finds_what_its_stored_embedding_finds()
    {
        await runs.RequireAsync();
        var (media, texts) = await StoredAsync("cyclip+ls");
        await using var searcher = new Searcher(runs.Store);

        var answer = await searcher.FindMediaAsync(runs.First, new("cyclip+ls", null, []), texts[5].Text, 1000, Cancellation);

        Assert.Equal(media.Count, answer.Found.Count);
        var scores = media.ToDictionary(mediaItem => mediaItem.MediaId, mediaItem => Dot(mediaItem.Embedding, texts[5].Embedding));
        Assert.All(answer.Found, found => Assert.Equal(scores[found.MediaId], found.Score, 1e-5));
        Assert.Equal(answer.Found.Select(found => found.Score).OrderDescending(), answer.Found.Select(found => found.Score));
        Assert.All(answer.Found, found =>
            Assert.EndsWith(
                $" {Path.GetFileNameWithoutExtension(found.MediaId)}", Assert.Single(found.Captions), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_variant_the_best_is_taken_and_named()
    {
        await runs.RequireAsync();
        var recall = (await new RunProducts(runs.Store, runs.Second).ReadMeasurementsAsync(Cancellation))
            .Where(m => m.Metric == "retrieval/text-to-media/r@1").GroupBy(m => m.Variant)
            .Select(g => (g.Key, Mean: g.Average(m => m.Value))).ToArray();
        await using var searcher = new Searcher(runs.Store);

        var answer = await searcher.FindMediaAsync(runs.Second, new(null, null, []), "a red disc", 1, Cancellation);

        Assert.Equal(recall.MaxBy(r => r.Mean).Key, answer.Variant);
        Assert.StartsWith("the best of 2 variants by text → media R@1 on test: ", answer.Why, StringComparison.Ordinal);
        Assert.Equal(2, (await searcher.FindMediaAsync(runs.Second, new(null, 2, []), "a red disc", 1, Cancellation)).Seed);
        var missing = await Assert.ThrowsAsync<ResultMissingException>(
            () => searcher.FindMediaAsync(runs.Second, new("clip", 3, []), "x", 1, Cancellation));
        Assert.Contains(
            "it has clip (seed 1), clip (seed 2), cyclip+ls (seed 1), cyclip+ls (seed 2)", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_over_more_models_than_are_kept_answer_as_one_after_the_other()
    {
        await runs.RequireAsync();
        (string Variant, int Seed)[] models = [("clip", 1), ("cyclip+ls", 1), ("clip", 2), ("cyclip+ls", 2)];
        var alone = new List<IReadOnlyList<FoundMediaItem>>();
        await using (var searcher = new Searcher(runs.Store))
        {
            foreach (var (variant, seed) in models)
                alone.Add((await searcher.FindMediaAsync(runs.Second, new(variant, seed, []), "a blue disc", 3, Cancellation)).Found);
        }
        await using var small = new Searcher(runs.Store, modelsKept: 1);

        var together = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            () => small.FindMediaAsync(runs.Second, new(models[i % 4].Variant, models[i % 4].Seed, []), "a blue disc", 3, Cancellation))));

        for (var i = 0; i < together.Length; i++)
            Assert.Equivalent(alone[i % 4], together[i].Found, strict: true);
    }

    [Fact]
    public async Task What_is_no_image_is_refused_in_words()
    {
        await runs.RequireAsync();
        await using var searcher = new Searcher(runs.Store);
        Task Find(byte[] file) => searcher.FindCaptionsAsync(runs.First, new("clip", 1, []), file, 3, Cancellation);

        Assert.Equal(ImageReason.EmptyFile, (await Assert.ThrowsAsync<ImageException>(() => Find([]))).Reason);
        Assert.Equal(ImageReason.UnknownFormat, (await Assert.ThrowsAsync<ImageException>(() => Find("<svg/>"u8.ToArray()))).Reason);
        Assert.Equal(
            ImageReason.FileTooLarge, (await Assert.ThrowsAsync<ImageException>(() => Find(new byte[QueryImage.MaxBytes + 1]))).Reason);
        var thin = PngMaker.Solid(30_000, 1, 1, 2, 3);
        Assert.Equal(ImageReason.TooThin, Assert.Throws<ImageException>(() => QueryImage.Prepare(thin, 224)).Reason);
        await Assert.ThrowsAsync<ArgumentException>(() => searcher.FindMediaAsync(runs.First, new("clip", 1, []), " ", 3, Cancellation));
        await Find(await File.ReadAllBytesAsync(Path.Combine(runs.Folder, "0.png"), Cancellation));
    }

    [Fact]
    public async Task A_single_image_is_found_among_several_parts()
    {
        await runs.RequireAsync();
        await using var searcher = new Searcher(runs.Store);
        Assert.Equal("7.png", (await searcher.FindMediaItemAsync(runs.First, "7.png", Cancellation))?.Id);
        Assert.Null(await searcher.FindMediaItemAsync(runs.First, "70.png", Cancellation));

        var ids = Enumerable.Range(0, 23).Select(i => $"m{i:00}").ToArray();
        var parts = new List<DatasetPart>();
        foreach (var part in ids.Chunk(2))
        {
            MediaRow[] rows = [.. part.Select(id => Row(id))];
            parts.Add(new DatasetPart(
                await runs.Store.WriteAsync(
                    $"many/{part[0]}.parquet", await ShardTables.Media.ToBytesAsync(rows, Cancellation), Cancellation), rows.Length));
        }
        var manifest = await new DatasetReader(runs.Store).ReadManifestAsync("shapes", (await StoredAsync("clip")).Version, Cancellation);
        using var images = new DatasetMedia(runs.Store, manifest with { Media = parts });
        foreach (var id in ids)
            Assert.Equal(Row(id).Bytes, (await images.FindAsync(id, Cancellation))?.Bytes);
        foreach (var id in new[] { "", "l", "m00x", "m23", "z" })
            Assert.Null(await images.FindAsync(id, Cancellation));
    }

    [Fact]
    public async Task Media_are_read_on_a_thread_that_runs_its_own_continuations()
    {
        await runs.RequireAsync();
        // As a stage that embeds reads them; and Parquet.Net reads the heads of pages in a way that waits.
        var parts = new List<DatasetPart>();
        foreach (var part in Enumerable.Range(0, 2048).Chunk(1024))
        {
            MediaRow[] rows = [.. part.Select(i => Row($"m{i:0000}", 2 << 10))];
            parts.Add(new DatasetPart(await StoreAsync($"threads/{part[0]}.parquet", rows), rows.Length));
        }
        var manifest = await new DatasetReader(runs.Store).ReadManifestAsync("shapes", (await StoredAsync("clip")).Version, Cancellation);
        var reader = new DatasetReader(runs.Store);
        HashSet<string> wanted = ["m0003", "m0700", "m1500"];
        var found = await DedicatedThread.RunAsync("embeds", async () =>
            await reader.ReadMediaAsync(manifest with { Media = parts }, wanted, Cancellation).ToListAsync(Cancellation))
            .WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        Assert.Equal(wanted.Order(StringComparer.Ordinal), found.Select(row => row.Id));
    }

    [Fact]
    public async Task One_image_costs_a_row_group_and_what_is_kept_has_a_size()
    {
        await runs.RequireAsync();
        // Four row groups of 256 images of 2 KiB each: 2 MiB a part.
        MediaRow[] rows = [.. Enumerable.Range(0, 1024).Select(i => Row($"m{i:0000}", 2 << 10))];
        var part = new DatasetPart(await StoreAsync("large/part.parquet", rows), rows.Length);
        var manifest = await new DatasetReader(runs.Store).ReadManifestAsync("shapes", (await StoredAsync("clip")).Version, Cancellation);
        using var images = new DatasetMedia(runs.Store, manifest with { Media = [part] }, keptBytes: 256 << 10);
        foreach (var i in new[] { 0, 1023, 300, 301, 700, 0, 512 })
            Assert.Equal(rows[i].Bytes, (await images.FindAsync(rows[i].Id, Cancellation))?.Bytes);
        Assert.InRange(images.KeptBytes, 1, 256 << 10);
        Assert.Equal(4, (await MediaGroups.ReadIdsAsync(runs.Store, part, Cancellation)).Count);
        Assert.Equal(
            rows[256..512].Select(row => row.Id), (await MediaGroups.ReadAsync(runs.Store, part, 1, Cancellation)).Select(row => row.Id));
    }

    [Fact]
    public async Task An_image_that_is_not_what_was_written_is_not_shown()
    {
        await runs.RequireAsync();
        var broken = Row("a") with { Bytes = [9, 9] };
        var part = new DatasetPart(await StoreAsync("broken/part.parquet", [broken]), 1);
        var manifest = await new DatasetReader(runs.Store).ReadManifestAsync("shapes", (await StoredAsync("clip")).Version, Cancellation);
        using var images = new DatasetMedia(runs.Store, manifest with { Media = [part] });
        for (var again = 0; again < 2; again++)
            await Assert.ThrowsAsync<ArtifactCorruptException>(() => images.FindAsync("a", Cancellation));
    }

    [Fact]
    public async Task The_splits_searched_are_those_that_the_run_evaluates_and_the_answer_says_so()
    {
        await runs.RequireAsync();
        await using var searcher = new Searcher(runs.Store);

        var own = await searcher.FindMediaAsync(runs.First, new("clip", 1, []), "a red disc", 100, Cancellation);
        Assert.Equal("split test (the one that the run evaluates; not train)", own.Scope);
        Assert.All(own.Found, found => Assert.Equal("test", found.Split));
        var named = await searcher.FindMediaAsync(runs.First, new("clip", 1, ["test"]), "a red disc", 100, Cancellation);
        Assert.Equal("split test", named.Scope);
        Assert.Equivalent(own.Found, named.Found, strict: true);

        var train = await Assert.ThrowsAsync<ResultMissingException>(
            () => searcher.FindMediaAsync(runs.First, new("clip", 1, ["train"]), "x", 1, Cancellation));
        Assert.Contains("--split train", train.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<ResultMissingException>(
            () => searcher.FindMediaAsync(runs.First, new("clip", 1, ["none"]), "x", 1, Cancellation));
        Assert.Contains("it has test, train", unknown.Message, StringComparison.Ordinal);
    }

    private static MediaRow Row(string id) => Row(id, 2);

    private static MediaRow Row(string id, int length)
    {
        var bytes = new byte[length];
        new Random(id.GetHashCode(StringComparison.Ordinal)).NextBytes(bytes);
        return new MediaRow(id, bytes, 1, 1, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private async Task<Artifact> StoreAsync(string path, IReadOnlyList<MediaRow> rows)
    {
        using var content = new MemoryStream();
        await ShardTables.Media.WriteAsync(content, rows, Cancellation);
        return await runs.Store.WriteAsync(path, content.ToArray(), Cancellation);
    }

    private async Task<Stored> StoredAsync(string variant)
    {
        var choice = await new ModelFinder(runs.Store, runs.First).FindAsync(variant, 1, Cancellation);
        var split = await StoredEmbeddings.ReadAsync(runs.Store, choice.Embedded.Splits.Single(), Cancellation);
        return new Stored(split.Media, split.Texts, choice.Model.Dataset.Version);
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private sealed record Stored(IReadOnlyList<MediaEmbedding> Media, IReadOnlyList<TextEmbedding> Texts, string Version)
    {
        public void Deconstruct(out IReadOnlyList<MediaEmbedding> media, out IReadOnlyList<TextEmbedding> texts) =>
            (media, texts) = (Media, Texts);
    }
}
