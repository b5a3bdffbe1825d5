using System.Text;

namespace ContrastivePipeline.Tests.Data.Sources;

/// <summary>Tables as spreadsheets, databases and data frames write them: read as they are meant, or refused in words.</summary>
public sealed class PairsTableDialectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> OtherEncodings => new()
    {
        { "utf-16", "UTF-16" }, { "utf-16BE", "UTF-16" }, { "utf-32", "UTF-32" }, { "utf-32BE", "UTF-32" },
    };

    [Theory]
    [MemberData(nameof(OtherEncodings))]
    public async Task Wide_encodings_are_named_with_and_without_their_mark(string encoding, string said)
    {
        const string table = "image,caption\n1.png,a dog on a beach\n2.png,a café\n3.png,two kites\n";
        var wide = Encoding.GetEncoding(encoding);
        foreach (var mark in new[] { wide.GetPreamble(), [] })
        {
            var error = await RefuseAsync([.. mark, .. wide.GetBytes(table)]);
            Assert.Contains(said, error, StringComparison.Ordinal);
            Assert.Contains("save it as", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("PK\u0003\u0004 a workbook", "Excel workbook")]
    [InlineData("\u001f\u008b\u0008\0", "gzip")]
    [InlineData("PAR1....", "Parquet")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS")]
    [InlineData("image,caption\r1.png,a\r2.png,b\r", "carriage return (CR) alone")]
    [InlineData("", "is empty")]
    [InlineData("\n\n\r\n", "is empty")]
    [InlineData("image,caption\n", "a header and no row")]
    [InlineData("# made on Monday\nimage,caption\n1.png,a\n", "'# made on Monday'")]
    [InlineData("Image,CAPTION\n1.png,a\n", "'Image', 'CAPTION'")]
    [InlineData("image;caption\n1.png;a\n", "check the delimiter")]
    [InlineData("\"image,caption\n1.png,a\n", "the header cannot be read")]
    [InlineData("image,caption,caption\n1.png,a,b\n", "2 columns are called 'caption'")]
    [InlineData("sep=;\nimage;caption\n1.png;a\n", "its first line says that ';' is between columns")]
    public async Task A_file_that_is_no_such_table_says_what_it_is(string content, string said) =>
        Assert.Contains(said, await RefuseAsync(Encoding.Latin1.GetBytes(content)), StringComparison.Ordinal);

    [Fact]
    public async Task No_message_carries_control_characters_or_a_whole_file()
    {
        var error = await RefuseAsync(Encoding.UTF8.GetBytes($"a\u0007b,{string.Join(',', Enumerable.Range(0, 5_000))}\n"));
        Assert.DoesNotContain(error, char.IsControl);
        Assert.Contains("\\u0007", error, StringComparison.Ordinal);
        Assert.InRange(error.Length, 1, 1_000);
    }

    [Theory]
    [InlineData("a.csv", "image,caption\r\n1.png,a dog\r\n2.png,a cat")]
    [InlineData("a.csv", "image,caption\n1.png,a dog\r\n\n\n2.png,a cat\r\n")]
    [InlineData("a.csv", "\n\r\nimage,caption\n1.png,a dog\n2.png,a cat\n")]
    [InlineData("a.csv", "sep=,\r\nimage,caption\r\n1.png,a dog\r\n2.png,a cat\r\n")]
    [InlineData("a.csv", "\uFEFFsep=,\r\nimage,caption\r\n1.png,a dog\r\n2.png,a cat\r\n")]
    [InlineData("a.csv", "\uFEFF\"image\",\"caption\"\n\"1.png\",\"a dog\"\n\"2.png\",\"a cat\"\n")]
    [InlineData("a.csv", ",image,caption\n0,1.png,a dog\n1,2.png,a cat\n")]
    [InlineData("a.csv", "caption,image,,\na dog,1.png,,\na cat,2.png,,\n")]
    [InlineData("a.csv", "image,x,x,caption\n1.png,,,a dog\n2.png,,,a cat\n")]
    [InlineData("a.csv", " image , caption\n1.png, a dog\n 2.png ,a  cat \n")]
    [InlineData("a.csv", "image,caption\n1.png,\"a\r\ndog\"\n2.png,\"a\n\n\ncat\"\n")]
    [InlineData("a.tsv", "image\tcaption\n1.png\t\"a\ndog\"\n2.png\ta cat\n")]
    [InlineData("a.tsv", "caption\timage\n\"a\r\n\r\ndog\"\t1.png\r\na cat\t2.png\r\n")]
    [InlineData("a.txt", "\"image\"\t\"caption\"\n\"1.png\"\t\"a dog\"\n\"2.png\"\t\"a cat\"\n")]
    public async Task Ways_to_write_two_pairs(string name, string content)
    {
        var rows = await ReadAsync(name, Encoding.UTF8.GetBytes(content));
        Assert.All(rows, row => Assert.Null(row.Fault));
        Assert.Equal([("1.png", "a dog"), ("2.png", "a cat")], rows.Select(row => (row.Pair!.MediaId, row.Pair.Caption)));
    }

    /// <summary>One row of three is damaged by its dialect: it is quarantined, and the others are what they were.</summary>
    [Theory]
    [InlineData("2.png,\"a \\\"big\\\" dog\"", "bad-quotes")]
    [InlineData("2.png,a dog,", "wrong-column-count")]
    [InlineData("2.png", "wrong-column-count")]
    [InlineData("# a remark", "wrong-column-count")]
    [InlineData("2.png,\\N", "empty-caption")]
    [InlineData("\\N,a dog", "empty-image")]
    [InlineData(",", "empty-image")]
    [InlineData("2.png,a\0dog", "control-character")]
    [InlineData("2.png,a dog\r3.png,a cat", "wrong-column-count")]
    [InlineData("\u001a", "wrong-column-count")]
    public async Task A_row_of_another_dialect_costs_no_other(string line, string reason)
    {
        var rows = await ReadAsync("a.csv", Encoding.UTF8.GetBytes($"image,caption\n1.png,before\n{line}\n9.png,after\n"));
        Assert.Equal([null, reason, null], rows.Select(row => row.Fault?.Reason));
        Assert.Equal(["before", "after"], new[] { rows[0].Pair!.Caption, rows[2].Pair!.Caption });
    }

    [Theory]
    [InlineData("windows-1252 or Latin-1", new byte[] { 0x63, 0x61, 0x66, 0xE9 })]
    [InlineData("Shift-JIS", new byte[] { 0x8C, 0xA2, 0x82, 0xC6 })]
    [InlineData("cut UTF-8", new byte[] { 0x63, 0xC3 })]
    [InlineData("overlong UTF-8", new byte[] { 0xC0, 0xAF })]
    [InlineData("a surrogate in UTF-8", new byte[] { 0xED, 0xA0, 0x80 })]
    public async Task Bytes_that_are_no_utf8_cost_their_row(string what, byte[] caption)
    {
        var rows = await ReadAsync("a.csv", [.. "image,caption\n1.png,"u8, .. caption, .. "\n2.png,caf\u00E9\n"u8]);
        Assert.True(rows[0].Fault is { Reason: "invalid-utf8", Column: "caption" }, what);
        Assert.Equal("café", rows[1].Pair!.Caption);
    }

    [Fact]
    public async Task Quotes_of_a_tab_separated_table_that_enclose_nothing_are_text()
    {
        string[] captions = ["\"Hello,\" she said", "\"a quote that never ends", "the end\" of nothing", "5\" x 7\"", "\"", "a \"word\""];
        var rows = await ReadAsync("a.tsv", Encoding.UTF8.GetBytes(
            "image\tcaption\n" + string.Concat(captions.Select((caption, i) => $"{i}.png\t{caption}\n"))));
        Assert.Equal(captions, rows.Select(row => row.Pair?.Caption));
    }

    [Fact]
    public async Task Captions_that_only_look_empty_are_kept_and_those_that_show_nothing_are_not()
    {
        string[] kept = ["None", "NA", "null", "nan", "N/A", ".", "🦊", "0", "-", "[sic]", "[1]", "(\"Untitled\")", "{", "❤\uFE0F"];
        string[] empty = ["", " \u00A0\u3000", "\u200B", "\uFEFF", "\u200D\u200C", "\u00AD", "\u2060", "\u200E", "\u3164", "\u2800",
            "\uDB40\uDC41", "\uFE0F", @"\N"];
        string[] lists = ["[\"a dog\", \"a cat\"]", "['a dog', \"a dog's ball\"]", "['a' 'b']", "{\"a dog\",\"a cat\"}", "('a', 'b')", "[]",
            "{\"raw\": \"a dog\", \"ids\": [1, 2]}"];
        var rows = await ReadAsync("a.csv", Encoding.UTF8.GetBytes("image,caption\n" + string.Concat(
            kept.Concat(empty).Concat(lists).Select(caption => $"1.png,\"{caption.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"))));
        Assert.Equal(
            kept.Select(_ => (string?)null).Concat(empty.Select(_ => "empty-caption")).Concat(lists.Select(_ => "caption-list")),
            rows.Select(row => row.Fault?.Reason));
        Assert.Equal(kept, rows.Take(kept.Length).Select(row => row.Pair!.Caption));
    }

    private async Task<List<PairRow>> ReadAsync(string name, byte[] content) =>
        await new PairsSourceSpec(_folder.Write(name, content)).ReadAsync(Ct).ToListAsync(Ct);

    private async Task<string> RefuseAsync(byte[] content)
    {
        var error = await Assert.ThrowsAsync<SourceException>(() => ReadAsync("a.csv", content));
        Assert.Contains("a.csv", error.Message, StringComparison.Ordinal);
        return error.Message.Replace(_folder.Path, "", StringComparison.Ordinal);
    }
}
