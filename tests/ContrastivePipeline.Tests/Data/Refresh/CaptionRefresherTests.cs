namespace ContrastivePipeline.Tests.Data.Refresh;

/// <summary>What each mode does to the captions.</summary>
public sealed class CaptionRefresherTests(AzuriteFixture azurite)
{
    private static readonly string[] Start = ["a.png,red,train", "a.png,ruby,train", "a.png,scarlet,train", "b.png,green,test",
        "c.png,blue,train"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replace_makes_the_table_the_whole_table()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(basis, RefreshMode.Replace,
            "media_id,caption\na.png,ruby\na.png,crimson\nb.png,green\nb.png,emerald\nb.png,green\nnone.png,white\na.png,\n");
        Assert.Equal(new RefreshRows(7, 1, 1, 2, 1, 2), record.Rows);
        Assert.Equal(new RefreshCaptions(5, 4, 2, 2), record.Captions);
        Assert.Equal(["7 unknown-media media_id", "8 empty-caption caption"], await lab.RejectedAsync(record));
        var result = await lab.ResultAsync(record);
        Assert.Equal(["a.png/0=ruby", "a.png/1=crimson", "b.png/0=green", "b.png/1=emerald"], await lab.CaptionsAsync(result));
        Assert.Equal(
            [
                new CaptionChange(CaptionChangeKind.Changed, "a.png", "train", 1, "red", "crimson"),
                new CaptionChange(CaptionChangeKind.Removed, "a.png", "train", 2, "scarlet", null),
                new CaptionChange(CaptionChangeKind.Added, "b.png", "test", 1, null, "emerald"),
                new CaptionChange(CaptionChangeKind.Removed, "c.png", "train", 0, "blue", null),
            ], record.Examples.Changes);
        var rows = await lab.Reader.ReadCaptionsAsync(result, Ct).ToListAsync(Ct);
        Assert.Equal(new CaptionRow("b.png", 1, "emerald", "b.png", "new.csv", "test"), rows[3]);
        Assert.Equal("pairs.csv", rows[0].Source);

        Assert.Equal((12L, 4L, 3L, 2L, 3L), Books(result));
        Assert.Equal(["test 2", "train 2"], result.Accounting.KeptBySplit.Select(split => $"{split.Key} {split.Value}"));
        Assert.Equal(new RefreshOrigin(basis.Version, record.Id), result.Refresh);
        Assert.Equal(basis.Media, result.Media);
        Assert.Equal(basis.Version, (await lab.Catalog.FindAsync("d", Ct)).Version);
        Assert.Equal(record.Version, Assert.Single(await lab.Catalog.RefreshesAsync("d", Ct)).Record.Version);
    }

    [Fact]
    public async Task Patch_with_indexes_changes_those_captions_and_adds_the_next()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch,
            "media_id,caption_index,caption\na.png,1,crimson\na.png,4,wine\na.png,3,cherry\na.png,6,late\n" +
            "b.png,0,green\nc.png,0,red\nc.png,0,navy\nc.png,0,red\n");
        Assert.Equal(
            ["a.png/0=red", "a.png/1=crimson", "a.png/2=scarlet", "a.png/3=cherry", "a.png/4=wine", "b.png/0=green", "c.png/0=red"],
            await lab.CaptionsAsync(await lab.ResultAsync(record)));
        Assert.Equal(new RefreshRows(8, 2, 2, 1, 1, 2), record.Rows);
        Assert.Equal(["5 index-gap caption_index", "8 repeated-index caption_index"], await lab.RejectedAsync(record));
    }

    [Fact]
    public async Task Patch_lets_captions_change_places_and_never_doubles_one()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var swap = await lab.RefreshAsync(basis, RefreshMode.Patch, "id,caption_index,caption\na.png,0,ruby\na.png,1,red\n");
        Assert.Equal(new RefreshRows(2, 0, 0, 2, 0, 0), swap.Rows);
        Assert.Equal(["a.png/0=ruby", "a.png/1=red", "a.png/2=scarlet"], (await lab.CaptionsAsync(await lab.ResultAsync(swap)))[..3]);

        // The third row would double 'x' and is taken back; then the first would double 'ruby', and is taken back too.
        var doubled = await lab.RefreshAsync(basis, RefreshMode.Patch, "id,caption_index,caption\na.png,0,ruby\na.png,2,x\na.png,1,x\n");
        Assert.Equal(new RefreshRows(3, 0, 1, 0, 2, 0), doubled.Rows);
        Assert.Equal(["a.png/0=red", "a.png/1=ruby", "a.png/2=x"], (await lab.CaptionsAsync(await lab.ResultAsync(doubled)))[..3]);
    }

    [Fact]
    public async Task Patch_without_indexes_replaces_the_media_it_names()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, "image,caption\n./a.png#3,scarlet\na.png,  wine   red\nc.png,\n");
        Assert.Equal(new RefreshRows(3, 0, 1, 1, 0, 1), record.Rows);
        Assert.Equal(new RefreshCaptions(5, 4, 3, 1), record.Captions);
        Assert.Equal(["a.png/0=scarlet", "a.png/1=wine red", "b.png/0=green", "c.png/0=blue"],
            await lab.CaptionsAsync(await lab.ResultAsync(record)));
    }

    [Fact]
    public async Task Append_only_adds()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(basis, RefreshMode.Append,
            "media_id,caption,caption_index,source,split\na.png,cherry,3,list,train\na.png,x,1,,\nb.png,leaf,,,test\n" +
            "b.png,green,,,\nb.png,moss,,,train\nc.png,sky,,,\nc.png,sea,5,,\n");
        Assert.Equal(new RefreshRows(7, 2, 0, 0, 1, 4), record.Rows);
        Assert.Equal(
            ["3 index-taken caption_index", "6 split-mismatch split", "7 mixed-index caption_index", "8 mixed-index caption_index"],
            await lab.RejectedAsync(record));
        var result = await lab.ResultAsync(record);
        Assert.Equal(
            ["a.png/0=red", "a.png/1=ruby", "a.png/2=scarlet", "a.png/3=cherry", "b.png/0=green", "b.png/1=leaf", "c.png/0=blue"],
            await lab.CaptionsAsync(result));
        Assert.Equal("list", (await lab.Reader.ReadCaptionsAsync(result, Ct).ToListAsync(Ct))[3].Source);
    }

    [Fact]
    public async Task Media_that_lost_their_captions_get_new_ones_where_a_split_is_named()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var bare = await lab.ResultAsync(await lab.RefreshAsync(basis, RefreshMode.Replace, "id,caption\nc.png,blue\n"));
        var summary = await lab.Reader.InspectAsync(bare, Ct);
        Assert.Equal((3L, 1L), (summary.Media, summary.Captions));

        var record = await lab.RefreshAsync(bare, RefreshMode.Patch,
            "id,caption,split\na.png,red,\nb.png,green,\nb.png,leaf,val\nb.png,moss,train\nc.png,blue,\nd.png,x,train\nb.png,y,Bad\n");
        Assert.Equal(
            ["2 missing-split split", "5 split-mismatch split", "7 unknown-media id", "8 bad-split split"],
            await lab.RejectedAsync(record));
        Assert.Equal(["b.png/0=green", "b.png/1=leaf", "c.png/0=blue"], await lab.CaptionsAsync(await lab.ResultAsync(record)));
    }

    [Fact]
    public async Task A_table_without_news_makes_no_version_but_a_record()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var before = await lab.Store.ListAsync("", Ct).ToListAsync(Ct);
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, "id,caption\nb.png,green\nx.png,y\n");
        Assert.Null(record.Version);
        Assert.Equal(basis.Version, record.Result);
        Assert.Equal((1, 0), (record.Parts.Captions, record.Parts.Written));
        Assert.Equal(
            [$"datasets/d/refreshes/{record.Id}/record.json", $"datasets/d/refreshes/{record.Id}/rejected.parquet"],
            (await lab.Store.ListAsync("", Ct).ToListAsync(Ct)).Except(before).Select(artifact => artifact.Path));
    }

    [Fact]
    public async Task The_repeat_of_a_refresh_gives_the_same_bytes()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        const string Table = "id,caption\na.png,new\nx.png,y\n";
        var record = await lab.RefreshAsync(basis, RefreshMode.Append, Table);
        var first = await lab.Store.ListAsync("", Ct).ToListAsync(Ct);
        Assert.Equal(record.Version, (await lab.RefreshAsync(basis, RefreshMode.Append, Table)).Version);
        // As a kill would leave it: here without the record, here without the manifest too, here without a part.
        var manifest = await lab.ResultAsync(record);
        string[] lost = [$"datasets/d/refreshes/{record.Id}/record.json", $"datasets/d/{record.Version}/manifest.json",
            manifest.Captions[0].Artifact.Path];
        for (var i = 1; i <= lost.Length; i++)
        {
            foreach (var path in lost[..i])
            {
                await lab.Store.DeleteAsync(path, Ct);
            }

            await lab.RefreshAsync(basis, RefreshMode.Append, Table);
            Assert.Equal(first, await lab.Store.ListAsync("", Ct).ToListAsync(Ct));
        }
    }

    [Fact]
    public async Task A_table_that_would_leave_nothing_is_refused_and_leaves_nothing()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var before = await lab.Store.ListAsync("", Ct).ToListAsync(Ct);
        var error = await Assert.ThrowsAsync<SourceException>(
            () => lab.RefreshAsync(basis, RefreshMode.Replace, "id,caption\nA.png,red\na.png,\n"));
        Assert.Equal(
            "new.csv would leave dataset 'd' without captions. 2 of its 2 rows were quarantined (empty-caption: 1, unknown-media: 1). " +
            "For example row 2: The dataset has no media item 'A.png'; correct the id, or prepare the dataset anew with the image.",
            error.Message);
        Assert.Equal(before, await lab.Store.ListAsync("", Ct).ToListAsync(Ct));
    }

    [Fact]
    public async Task Of_two_at_once_one_wins_and_the_other_loses_nothing()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var revision = (await lab.Catalog.CurrentAsync("d", Ct))!.Revision;
        var records = await Task.WhenAll(
            lab.RefreshAsync(basis, RefreshMode.Append, "id,caption\na.png,one\n", "one.csv"),
            lab.RefreshAsync(basis, RefreshMode.Append, "id,caption\na.png,two\n", "two.csv"));
        Assert.NotEqual(records[0].Version, records[1].Version);
        await lab.Catalog.MakeCurrentAsync("d", revision, records[0].Version!, VersionChanges.Refreshed, records[0].Id, Ct);
        var conflict = await Assert.ThrowsAsync<RefreshConflictException>(() => lab.Catalog.MakeCurrentAsync(
            "d", revision, records[1].Version!, VersionChanges.Refreshed, records[1].Id, Ct));
        Assert.Contains($"is now at {records[0].Version}", conflict.Message, StringComparison.Ordinal);

        // Run again, on what is current now, it has both.
        var again = await lab.RefreshAsync(await lab.Catalog.FindAsync("d", Ct), RefreshMode.Append, "id,caption\na.png,two\n", "two.csv");
        var both = await lab.CaptionsAsync(await lab.ResultAsync(again));
        Assert.Contains("a.png/3=one", both);
        Assert.Contains("a.png/4=two", both);
    }

    [Fact]
    public async Task A_base_that_is_not_there_says_so()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        await Assert.ThrowsAsync<ArtifactMissingException>(
            () => lab.RefreshAsync(basis with { Version = "0123456789ab" }, RefreshMode.Append, "id,caption\na.png,x\n"));
    }

    private async Task<(RefreshLab Lab, DatasetManifest Base)> OpenAsync() =>
        await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), Start);

    private static (long, long, long, long, long) Books(DatasetManifest manifest)
    {
        var books = manifest.Accounting;
        return (books.SourceRows, books.Kept, books.Duplicates, books.Quarantined, books.Superseded);
    }
}
