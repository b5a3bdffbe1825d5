using System.Text;

namespace ContrastivePipeline.Tests.Data.Refresh;

/// <summary>Tables of more rows than memory should hold.</summary>
public sealed class LargeTableTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(1 << 10)]
    [InlineData(1 << 14)]
    [InlineData(1 << 30)]
    public void Rows_come_in_the_order_of_media_however_many_files_they_wait_in(long memory)
    {
        using var scratch = new TemporaryFolder();
        var random = new Random(5);
        var rows = Enumerable.Range(1, 2_000).Select(i => new CaptionTableRow(
            i, $"content {i} \U0001F600", $"m{random.Next(300)}", $"caption {i}", i % 3 == 0 ? null : i % 5, "t.csv",
            i % 2 == 0 ? null : "train")).ToArray();
        var sorted = new SortedRows(scratch.Path, memory);
        foreach (var row in rows)
        {
            sorted.Add(row);
        }

        var tooMany = new List<CaptionTableRow>();
        var media = sorted.ByMediaItem(new TableLimits(RowsPerMediaItem: 5), tooMany.Add).ToArray();

        var expected = rows.GroupBy(row => row.MediaId).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        Assert.Equal(expected.SelectMany(group => group.Take(5)), media.SelectMany(mediaItem => mediaItem));
        Assert.Equal(expected.SelectMany(group => group.Skip(5)), tooMany);
        Assert.Equal(expected.Select(group => group.Key),
            media.Select(mediaItem => Assert.Single(mediaItem.Select(row => row.MediaId).Distinct())));
        Assert.Equal(memory < 1 << 20, Directory.EnumerateFiles(scratch.Path).Any());
    }

    [Fact]
    public async Task A_media_item_takes_a_limited_number_of_rows()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(
            basis, RefreshMode.Append, "id,caption\na.png,1\nb.png,1\na.png,2\na.png,3\n", limits: new TableLimits(RowsPerMediaItem: 2));
        Assert.Equal(["5 too-many-captions id"], await lab.RejectedAsync(record));
        Assert.Equal(["a.png/0=old", "a.png/1=1", "a.png/2=2", "b.png/0=old too", "b.png/1=1"],
            await lab.CaptionsAsync(await lab.ResultAsync(record)));
    }

    [Fact]
    public async Task A_table_over_a_limit_is_refused()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var many = await Assert.ThrowsAsync<SourceException>(
            () => lab.RefreshAsync(basis, RefreshMode.Patch, "id,caption\na.png,1\nb.png,1\na.png,2\n", limits: new TableLimits(Rows: 2)));
        Assert.Equal("new.csv has more than 2 rows; cut it into several tables and refresh with one after the other.", many.Message);
        var wide = await Assert.ThrowsAsync<SourceException>(
            () => lab.RefreshAsync(basis, RefreshMode.Patch, "id,caption\na.png,1\nb.png,22\n", limits: new TableLimits(Characters: 14)));
        Assert.Contains("more than 14 characters by row 2", wide.Message, StringComparison.Ordinal);
    }

    /// <summary>All go into one caption part, which is cut as it was when it was written at once.</summary>
    [Fact]
    public async Task Many_new_captions_in_one_place_become_whole_parts()
    {
        const int media = 8, each = 9_000;
        var images = Enumerable.Range(0, media).Select(i => $"m{i}.png,old {i},train").ToArray();
        var (lab, basis) = await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), images);
        using var _ = lab;
        var table = new StringBuilder("id,caption\n");
        for (var i = 0; i < each; i++)
        {
            for (var m = 0; m < media; m++)
            {
                table.Append($"m{m}.png,caption {i}\n");
            }
        }

        var record = await lab.RefreshAsync(basis, RefreshMode.Append, table.ToString());
        var result = await lab.ResultAsync(record);
        Assert.Equal([16_384, 16_384, 16_384, 16_384, 6_472], result.Captions.Select(part => part.Rows));
        Assert.Equal((72_000L, 72_008L), (record.Rows.Added, record.Captions.After));
    }

    [Fact]
    public async Task Quarantined_rows_are_in_the_order_of_the_table()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        // Unknown media are found after everything was read, in the order of media.
        var record = await lab.RefreshAsync(
            basis, RefreshMode.Patch, "id,caption\nz.png,1\na.png,\ny.png,2\nb.png,new\nx.png,3\n,4\n");
        Assert.Equal(
            ["2 unknown-media id", "3 empty-caption caption", "4 unknown-media id", "6 unknown-media id", "7 empty-media-id id"],
            await lab.RejectedAsync(record));
        Assert.Equal([2, 3, 7], record.Examples.Rejected.Select(row => row.Row));
        Assert.Equal(3, record.Reasons["unknown-media"]);
    }

    private async Task<(RefreshLab Lab, DatasetManifest Base)> OpenAsync() =>
        await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), "a.png,old,train", "b.png,old too,train");
}
