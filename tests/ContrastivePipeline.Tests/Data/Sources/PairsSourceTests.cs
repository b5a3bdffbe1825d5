using System.Text.Json;

namespace ContrastivePipeline.Tests.Data.Sources;

public sealed class PairsSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Csv_has_quotes_as_in_rfc_4180()
    {
        var rows = await ReadAsync("a.csv",
            "image,caption\r\n1.png,\"a \"\"big\"\" dog, running\"\r\n\r\n\"2.png\",\"two\nlines\"\r\n3.png,5\" disk");
        Assert.Equal(["a \"big\" dog, running", "two lines", "5\" disk"], rows.Select(row => row.Pair!.Caption));
        Assert.Equal([2, 4, 6], rows.Select(row => row.Row));
        Assert.Equal(["1.png", "2.png", "3.png"], rows.Select(row => row.Pair!.MediaId));
    }

    [Fact]
    public async Task Tsv_keeps_quotes_that_are_just_quotes()
    {
        var rows = await ReadAsync("a.tsv", "caption\timage\n\"hello\" says a man\t1.png\n\"all \"\"quoted\"\"\"\t2.png\n\"open\t3.png\n");
        Assert.Equal(["\"hello\" says a man", "all \"quoted\"", "\"open"], rows.Select(row => row.Pair!.Caption));
    }

    [Fact]
    public async Task Columns_and_delimiter_are_configurable()
    {
        var path = _folder.Write("a.data", "id;text;file;part\n1; a  cat ;x/1.png;val\n2;a dog;./x//2.png;test\n");
        var rows = await new PairsSourceSpec(path, "file", "text", ";", SplitColumn: "part").ReadAsync(Ct).ToListAsync(Ct);
        Assert.Equal([("x/1.png", "a cat", "val"), ("x/2.png", "a dog", "test")],
            rows.Select(row => (row.Pair!.MediaId, row.Pair.Caption, row.Pair.Split!)));
        Assert.Equal(Path.Combine(_folder.Path, "x/2.png"), rows[1].Pair!.ImagePath);
    }

    [Fact]
    public async Task A_table_without_header_has_column_numbers()
    {
        var path = _folder.Write("a.txt", "1.jpg#0\tfirst\n1.jpg#1\tsecond\n");
        var rows = await new PairsSourceSpec(path, "1", "2").ReadAsync(Ct).ToListAsync(Ct);
        Assert.Equal([("1.jpg", "first"), ("1.jpg", "second")], rows.Select(row => (row.Pair!.MediaId, row.Pair.Caption)));
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_a_name()
    {
        var path = _folder.Write("a.csv", [0xEF, 0xBB, 0xBF, .. "image,caption\n1.png,a"u8]);
        Assert.NotNull(Assert.Single(await new PairsSourceSpec(path).ReadAsync(Ct).ToListAsync(Ct)).Pair);
    }

    [Theory]
    [InlineData("1.png,", "caption", "empty-caption")]
    [InlineData("1.png, \u00a0 ", "caption", "empty-caption")]
    [InlineData("1.png,a\u0007b", "caption", "control-character")]
    [InlineData("1.png,0123456789012345678901", "caption", "long-caption")]
    [InlineData(",a", "image", "empty-image")]
    [InlineData("./,a", "image", "empty-image")]
    [InlineData("../1.png,a", "image", "path-outside-root")]
    [InlineData("x/../../1.png,a", "image", "path-outside-root")]
    [InlineData("..\\1.png,a", "image", "path-outside-root")]
    [InlineData("/etc/1.png,a", "image", "path-outside-root")]
    [InlineData("C:\\1.png,a", "image", "path-outside-root")]
    [InlineData("https://example.org/1.png,a", "image", "image-is-url")]
    [InlineData("1.png", "", "wrong-column-count")]
    [InlineData("1.png,a,b", "", "wrong-column-count")]
    [InlineData("1.png,\"a", "", "bad-quotes")]
    [InlineData("1.png,\"a\"b", "", "bad-quotes")]
    public async Task A_damaged_row_names_its_column_and_reason_and_costs_no_other(string line, string column, string reason)
    {
        var path = _folder.Write("a.csv", $"image,caption\n0.png,before\n{line}\n2.png,\"after\"\n");
        var rows = await new PairsSourceSpec(path, MaxCaptionLength: 20).ReadAsync(Ct).ToListAsync(Ct);
        Assert.Equal(3, rows.Count);
        Assert.Equal(["before", "after"], [rows[0].Pair!.Caption, rows[2].Pair!.Caption]);
        Assert.Null(rows[1].Pair);
        Assert.Equal((column, reason), (rows[1].Fault!.Column, rows[1].Fault!.Reason));
        Assert.Equal(("a.csv", 3L, line), (rows[1].File, rows[1].Row, rows[1].Content));
    }

    [Fact]
    public async Task Invalid_utf8_names_its_column_and_is_kept_byte_for_byte()
    {
        var path = _folder.Write("a.csv", [.. "image,caption\n1.png,caf"u8, 0xE9, .. " au lait\n2.png,café\n"u8]);
        var rows = await new PairsSourceSpec(path).ReadAsync(Ct).ToListAsync(Ct);
        Assert.Equal(("caption", "invalid-utf8"), (rows[0].Fault!.Column, rows[0].Fault!.Reason));
        Assert.Equal("1.png,caf\\xE9 au lait", rows[0].Content);
        Assert.Equal("café", rows[1].Pair!.Caption);
    }

    [Fact]
    public async Task A_row_without_end_is_set_aside()
    {
        var rows = await ReadAsync("a.csv", "image,caption\n1.png," + new string('a', 3 << 20) + "\n2.png,good\n");
        Assert.Equal("row-too-long", rows[0].Fault!.Reason);
        Assert.Equal("good", rows[1].Pair!.Caption);
    }

    [Theory]
    [InlineData("a.csv", "file,caption\n", "there is no column 'image'. Its columns are 'file', 'caption'")]
    [InlineData("a.csv", "image,image,caption\n", "2 columns are called 'image'")]
    [InlineData("a.csv", "", "is empty")]
    [InlineData("a.data", "image,caption\n", "name the delimiter")]
    public async Task A_table_that_cannot_be_read_says_why(string name, string content, string message)
    {
        var error = await Assert.ThrowsAsync<SourceException>(() => ReadAsync(name, content));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_ways_to_fail_say_why()
    {
        var utf16 = _folder.Write("b.csv", [0xFF, 0xFE, (byte)'i', 0]);
        Assert.Contains("UTF-16", (await FailAsync(new PairsSourceSpec(utf16))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", (await FailAsync(new PairsSourceSpec(Path.Combine(_folder.Path, "none.csv")))).Message,
            StringComparison.Ordinal);
        var table = _folder.Write("c.csv", "image,caption\n1.png,a\n");
        Assert.Contains("test fraction of 1", (await FailAsync(new PairsSourceSpec(table, TestFraction: 1))).Message,
            StringComparison.Ordinal);
        Assert.Contains("cannot delimit", (await FailAsync(new PairsSourceSpec(table, Delimiter: "::"))).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", (await FailAsync(new PairsSourceSpec(table, ImageRoot: "/nowhere/at/all"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("there is no column 3", (await FailAsync(new PairsSourceSpec(table, "1", "3"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_snapshot_follows_table_and_images()
    {
        var table = _folder.Write("a.csv", "image,caption\n1.png,a\n");
        var spec = new PairsSourceSpec(table);
        var absent = await spec.SnapshotAsync(Ct);
        Assert.Equal(absent, await spec.SnapshotAsync(Ct));
        _folder.Write("1.png", "not yet an image");
        var present = await spec.SnapshotAsync(Ct);
        _folder.Write("1.png", "not yet a pixture");
        var changed = await spec.SnapshotAsync(Ct);
        _folder.Write("a.csv", "image,caption\n1.png,b\n");
        Assert.Equal(4, new[] { absent, present, changed, await spec.SnapshotAsync(Ct) }.Distinct().Count());
    }

    [Fact]
    public async Task The_snapshot_is_one_of_content_and_not_of_places_and_times()
    {
        using var elsewhere = new TemporaryFolder();
        foreach (var folder in new[] { _folder, elsewhere })
        {
            folder.Write("a.csv", "image,caption\n1.png,a\n");
            folder.Write("1.png", "not yet an image");
        }

        File.SetLastWriteTimeUtc(Path.Combine(elsewhere.Path, "1.png"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var here = await new PairsSourceSpec(Path.Combine(_folder.Path, "a.csv")).SnapshotAsync(Ct);
        Assert.Equal(here, await new PairsSourceSpec(Path.Combine(elsewhere.Path, "a.csv"), ImageRoot: elsewhere.Path).SnapshotAsync(Ct));
        File.Move(Path.Combine(elsewhere.Path, "a.csv"), Path.Combine(elsewhere.Path, "b.csv"));
        Assert.NotEqual(here, await new PairsSourceSpec(Path.Combine(elsewhere.Path, "b.csv")).SnapshotAsync(Ct));
    }

    /// <summary>Whatever the bytes, every row is a pair or has a fault, and rows are numbered upwards.</summary>
    [Fact]
    public async Task Any_bytes_become_rows()
    {
        var random = new Random(2310);
        byte[] alphabet = [.. "a1.,\"\"\n\r\t /\\#"u8, 0, 0xC3, 0xA9, 0xFF];
        for (var round = 0; round < 300; round++)
        {
            var noise = Enumerable.Range(0, random.Next(200)).Select(_ => alphabet[random.Next(alphabet.Length)]);
            var path = _folder.Write(round % 2 == 0 ? "a.csv" : "a.tsv",
                [.. round % 2 == 0 ? "image,caption\n1,1\n"u8 : "image\tcaption\n1\t1\n"u8, .. noise]);
            var rows = await new PairsSourceSpec(path).ReadAsync(Ct).ToListAsync(Ct);
            Assert.All(rows, row => Assert.True(row.Pair is null != row.Fault is null));
            Assert.Equal(rows.Select(row => row.Row).Distinct().Order(), rows.Select(row => row.Row));
        }
    }

    [Fact]
    public void Splits_are_stable_and_near_their_share()
    {
        var spec = new PairsSourceSpec("a.csv", TestFraction: 0.25);
        var test = Enumerable.Range(0, 4_000).Count(i => spec.SplitOf($"{i}.jpg") == Splits.Test);
        Assert.InRange(test, 900, 1_100);
        // SHA-256 of "pairs-test/images/00000.jpg" begins with 3c52, 0.24 of the range.
        Assert.Equal("test", spec.SplitOf("images/00000.jpg"));
    }

    [Fact]
    public void Specs_survive_json()
    {
        SourceSpec[] specs = [new PairsSourceSpec("a.csv", "i", "c", ";", "root", "s", 0.2, 50), new EmojiSourceSpec("packages")];
        var json = JsonSerializer.Serialize(specs);
        Assert.Equal(specs, JsonSerializer.Deserialize<SourceSpec[]>(json)!);
        Assert.DoesNotContain("ImageFolder", json, StringComparison.Ordinal);
    }

    private async Task<List<PairRow>> ReadAsync(string name, string content) =>
        await new PairsSourceSpec(_folder.Write(name, content)).ReadAsync(Ct).ToListAsync(Ct);

    private static Task<SourceException> FailAsync(PairsSourceSpec spec) =>
        Assert.ThrowsAsync<SourceException>(async () => await spec.ReadAsync(Ct).ToListAsync(Ct));
}
