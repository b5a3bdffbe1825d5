using System.IO.Compression;
using System.Text;

namespace ContrastivePipeline.Tests.Data.Refresh;

/// <summary>Text tables as programs write them, whatever their extension says.</summary>
public sealed class CaptionTableDialectTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("t.txt", "image,caption\na.png,new\n")]
    [InlineData("t.txt", "image\tcaption\na.png\tnew\n")]
    [InlineData("t.tab", "image\tcaption\na.png\tnew\n")]
    [InlineData("t.csv", "image;caption\r\na.png;new\r\n")]
    [InlineData("t.csv", "image\tcaption\na.png\tnew\n")]
    [InlineData("t.csv", "image|caption\na.png|new\n")]
    [InlineData("t.tsv", "image,caption\na.png,new\n")]
    [InlineData("t.csv", "\uFEFF\"Image\";\"Caption\"\r\n\"a.png\";\"new\"\r\n")]
    [InlineData("t.csv", "\n\n image , CAPTION \na.png,new\n")]
    [InlineData("T.CSV", "image,caption,split\n\"a.png\",\"new\",train")]
    [InlineData("captions (1) März #2 100%.csv", "image,caption\na.png,new\n")]
    [InlineData("t.jsonl", "\uFEFF{\"image\":\"a.png\",\"caption\":\"new\"}\r\n\r\n")]
    [InlineData("t.ndjson", "  {\"Image\":\"a.png\",\"CAPTION\":\"n\\u0065w\",\"split\":null}\t")]
    public async Task The_dialect_is_inferred_from_the_header(string name, string content)
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, content, name);
        Assert.Equal(new RefreshRows(1, 0, 1, 0, 0, 0), record.Rows);
        Assert.Equal(["a.png/0=new", "b.png/0=old too"], await lab.CaptionsAsync(await lab.ResultAsync(record)));
    }

    [Fact]
    public async Task A_quoted_field_may_hold_delimiters_quotes_and_line_ends()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(
            basis, RefreshMode.Patch, "image;caption\na.png;\"one; \"\"two\"\"\nthree\"\nb.png;plain\n", "t.csv");
        Assert.Equal(["a.png/0=one; \"two\" three", "b.png/0=plain"], await lab.CaptionsAsync(await lab.ResultAsync(record)));
    }

    [Theory]
    [InlineData("utf-16", "is UTF-16; save it as UTF-8")]
    [InlineData("utf-16BE", "is UTF-16; save it as UTF-8")]
    [InlineData("utf-32", "is UTF-32; save it as UTF-8")]
    [InlineData("utf-32BE", "is UTF-32; save it as UTF-8")]
    public async Task Other_encodings_are_named(string encoding, string message)
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var text = Encoding.GetEncoding(encoding);
        byte[] content = [.. text.GetPreamble(), .. text.GetBytes("image,caption\na.png,new\n")];
        foreach (var name in new[] { "t.csv", "t.tsv", "t.jsonl" })
        {
            var error = await Assert.ThrowsAsync<SourceException>(() => lab.RefreshAsync(basis, RefreshMode.Patch, content, name));
            Assert.Equal($"{name} {message}.", error.Message);
        }

        var bare = await Assert.ThrowsAsync<SourceException>(
            () => lab.RefreshAsync(basis, RefreshMode.Patch, text.GetBytes("image,caption\n"), "t.csv"));
        Assert.Equal($"t.csv {message.Replace(";", " without a byte-order mark;", StringComparison.Ordinal)}.", bare.Message);
    }

    [Fact]
    public async Task Of_Windows_1252_the_rows_with_other_letters_are_quarantined()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var content = Encoding.Latin1.GetBytes("image;caption\r\na.png;M\u00e4rz\r\nb.png;plain\r\n");
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, content);
        Assert.Equal(["2 invalid-utf8 caption"], await lab.RejectedAsync(record));
        Assert.Equal("a.png;M\\xE4rz", Assert.Single(record.Examples.Rejected).Content);
        var header = await Assert.ThrowsAsync<SourceException>(
            () => lab.RefreshAsync(basis, RefreshMode.Patch, Encoding.Latin1.GetBytes("image,l\u00e4nge\na.png,x\n")));
        Assert.Contains("the header is not UTF-8", header.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_table_is_not_read_as_text()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            await gzip.WriteAsync("image,caption\na.png,new\n"u8.ToArray(), Ct);
        }

        foreach (var name in new[] { "t.csv", "t.jsonl", "t.parquet" })
        {
            var error = await Assert.ThrowsAsync<SourceException>(() => lab.RefreshAsync(basis, RefreshMode.Patch, packed.ToArray(), name));
            Assert.Equal($"{name} is compressed with gzip; unpack it first.", error.Message);
        }
    }

    [Theory]
    [InlineData("{\"id\":\"a.png\",\"caption\":\"x\",}",
        "The JSON object contains a trailing comma at the end which is not supported (byte 29 of the line).")]
    [InlineData("{\"id\":\"a.png\",\"caption\":NaN}", "(byte 25 of the line).")]
    [InlineData("{'id':'a.png'}", "(byte 2 of the line).")]
    [InlineData("{\"id\":\"a.png\",\"caption\":\"x\"}{\"id\":\"b.png\",\"caption\":\"y\"}", "(byte 29 of the line).")]
    [InlineData("{\"id\":\"a.png\",\"caption\":\"x\",\"caption\":\"y\"}", "uplicate")]
    [InlineData("{\"id\":\"a.png\",\"caption\":\"x\",\"CAPTION\":\"y\"}", "The object has 'CAPTION' in two spellings; keep one of them.")]
    [InlineData("{\"id\":\"a.png\",\"caption\":[\"x\",\"y\"]}",
        "The value of 'caption' is a JSON array; write a string, and a line for each caption.")]
    [InlineData("{\"id\":\"a.png\",\"caption\":{\"en\":\"x\"}}", "The value of 'caption' is a JSON object; write a string.")]
    [InlineData("{\"id\":true,\"caption\":\"x\"}", "The value of 'id' is true or false; write a string.")]
    public async Task What_is_wrong_with_a_line_of_JSON_is_said_without_the_words_of_a_program(string line, string detail)
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, $"{{\"id\":\"b.png\",\"caption\":\"new\"}}\n{line}\n", "t.jsonl");
        var rejected = Assert.Single(record.Examples.Rejected);
        Assert.Equal(2, rejected.Row);
        Assert.Contains(detail, rejected.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", rejected.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("reader options", rejected.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("7.0")]
    [InlineData("7e0")]
    [InlineData("\"7\"")]
    [InlineData("\" 7 \"")]
    public async Task A_number_may_name_a_media_item(string id)
    {
        var (lab, basis) = await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), "7,old,train");
        using var _ = lab;
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, $"{{\"id\":{id},\"caption\":\"new\"}}", "t.jsonl");
        Assert.Equal(new RefreshRows(1, 0, 1, 0, 0, 0), record.Rows);
    }

    [Fact]
    public async Task A_text_is_not_the_number_that_it_looks_like()
    {
        var (lab, basis) = await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), "7,old,train");
        using var _ = lab;
        var record = await lab.RefreshAsync(
            basis, RefreshMode.Patch,
            "{\"id\":7,\"caption\":\"new\"}\n{\"id\":\"7.0\",\"caption\":\"x\"}\n{\"id\":1e300,\"caption\":\"x\"}\n", "t.jsonl");
        Assert.Equal(["2 unknown-media id", "3 unknown-media id"], await lab.RejectedAsync(record));
    }

    [Fact]
    public async Task A_character_is_never_cut_in_two()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var caption = new string('a', 199) + "\U0001F600 and more";
        var record = await lab.RefreshAsync(
            basis, RefreshMode.Patch, $"id,caption\na.png,{caption}\nnobody.png,{new string('b', 188)}\U0001F600 and more\n");
        Assert.Equal(new string('a', 199) + "\u2026", record.Examples.Changes[0].After);
        Assert.Equal("nobody.png," + new string('b', 188) + "\u2026", record.Examples.Rejected[0].Content);
        Assert.Equal(new string('x', 9), ShortText.Head(new string('x', 9) + "\U0001F600", 10));
        Assert.Equal(new string('x', 8) + "\U0001F600", ShortText.Head(new string('x', 8) + "\U0001F600" + "y", 10));
    }

    private async Task<(RefreshLab Lab, DatasetManifest Base)> OpenAsync() =>
        await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), "a.png,old,train", "b.png,old too,train");
}
