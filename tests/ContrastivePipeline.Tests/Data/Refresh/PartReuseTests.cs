using System.Text;

namespace ContrastivePipeline.Tests.Data.Refresh;

/// <summary>Which parts a refresh writes: 40,000 captions of 100 media in three parts, whose ends lie within media.</summary>
public sealed class PartReuseTests(AzuriteFixture azurite)
{
    private const int Media = 100;
    private const int Each = 400;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_touched_parts_are_written()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        Assert.Equal([16_384, 16_384, 7_232], basis.Captions.Select(part => part.Rows));

        // Media item 10 lies in part 0, media item 90 in part 2; part 0 ends within media item 40: its captions 384 to 399 are in part 1.
        await AssertAsync(lab, basis, "m010,5,new", [false, true, true], [16_384, 16_384, 7_232]);
        await AssertAsync(lab, basis, "m090,399,new", [true, true, false], [16_384, 16_384, 7_232]);
        await AssertAsync(lab, basis, "m039,0,new", [false, true, true], [16_384, 16_384, 7_232]);
        await AssertAsync(lab, basis, "m041,0,new", [true, false, true], [16_384, 16_384, 7_232]);
        await AssertAsync(lab, basis, "m040,399,new", [false, false, true], [16_400, 16_368, 7_232]);
        var moved = await AssertAsync(lab, basis, "m040,0,new", [false, false, true], [16_400, 16_368, 7_232]);
        // Its media item lies in one part now.
        await AssertAsync(lab, moved, "m040,399,newer", [false, true, true], [16_400, 16_368, 7_232]);
    }

    [Fact]
    public async Task Parts_grow_are_cut_and_go()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var text = new StringBuilder("id,caption\n");
        for (var i = 0; i < 20_000; i++)
        {
            text.Append($"m099,more {i}\n");
        }

        var grown = await lab.ResultAsync(await lab.RefreshAsync(basis, RefreshMode.Append, text.ToString()));
        Assert.Equal([16_384, 16_384, 27_232], grown.Captions.Select(part => part.Rows));
        var cut = await lab.ResultAsync(await lab.RefreshAsync(grown, RefreshMode.Append, text.Replace("more", "still more").ToString()));
        Assert.Equal([16_384, 16_384, 16_384, 16_384, 14_464], cut.Captions.Select(part => part.Rows));
        Assert.Equal(basis.Captions.Take(2), cut.Captions.Take(2));

        var record = await lab.RefreshAsync(cut, RefreshMode.Replace, "id,caption\nm000,caption 0\nm050,caption 0\nm099,more 7\n");
        var small = await lab.ResultAsync(record);
        Assert.Equal([1, 1, 1], small.Captions.Select(part => part.Rows));
        Assert.Equal(new RefreshRows(3, 0, 0, 3, 0, 0), record.Rows);
        Assert.Equal(79_997, record.Captions.Removed);
        Assert.Equal(["m000/0=caption 0", "m050/0=caption 0", "m099/0=more 7"], await lab.CaptionsAsync(small));
    }

    [Fact]
    public async Task The_same_table_anew_writes_nothing()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(basis, RefreshMode.Replace, "image,caption,split\n" + string.Join('\n', Rows()) + "\n");
        Assert.Null(record.Version);
        Assert.Equal(new RefreshRows(40_000, 0, 0, 40_000, 0, 0), record.Rows);
        Assert.Equal(0, record.Parts.Written);
    }

    private static async Task<DatasetManifest> AssertAsync(RefreshLab lab, DatasetManifest basis, string row, bool[] reused, int[] rows)
    {
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, $"id,caption_index,caption\n{row}\n");
        var result = await lab.ResultAsync(record);
        Assert.Equal(reused, result.Captions.Select((part, i) => part == basis.Captions[i]));
        Assert.Equal(rows, result.Captions.Select(part => part.Rows));
        Assert.Equal(basis.Media, result.Media);
        Assert.Equal(reused.Count(same => !same), record.Parts.Written);
        var written = await lab.Store.ListAsync($"datasets/d/{record.Version}/", Ct)
            .Where(blob => !blob.Path.EndsWith(".json", StringComparison.Ordinal)).ToListAsync(Ct);
        Assert.Equal(record.Parts.Bytes, written.Sum(blob => blob.Length));
        var fields = row.Split(',');
        var expected = (await lab.CaptionsAsync(basis)).Select(text =>
            text.StartsWith($"{fields[0]}/{fields[1]}=", StringComparison.Ordinal) ? $"{fields[0]}/{fields[1]}={fields[2]}" : text);
        Assert.Equal(expected, await lab.CaptionsAsync(result));
        return result;
    }

    private async Task<(RefreshLab Lab, DatasetManifest Base)> OpenAsync() =>
        await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), [.. Rows()]);

    private static IEnumerable<string> Rows() =>
        Enumerable.Range(0, Media * Each).Select(i => $"m{i / Each:D3},caption {i % Each},{(i / Each % 2 == 0 ? "train" : "test")}");
}
