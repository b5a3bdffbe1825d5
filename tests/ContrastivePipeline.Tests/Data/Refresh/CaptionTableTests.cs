using System.Text;
using Parquet;
using Parquet.Schema;

namespace ContrastivePipeline.Tests.Data.Refresh;

/// <summary>Caption tables of every format, sound and damaged.</summary>
public sealed class CaptionTableTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_format_says_the_same()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        string[] expected = ["a.png/0=red, \"deep\"", "a.png/1=caf\u00e9", "b.png/0=green"];
        (string Name, byte[] Content)[] tables =
        [
            ("t.csv",
                "\uFEFFID,Caption,Caption_Index\r\na.png,\"red, \"\"deep\"\"\",0\r\na.png,caf\u00e9,1\r\nb.png,green,\r\n"u8.ToArray()),
            ("t.tsv", "caption\tpath\tcaption_index\nred, \"deep\"\t./a.png\t0\ncaf\u00e9\ta.png\t1.0\n\ngreen\tb.png\t\n"u8.ToArray()),
            ("t.jsonl", """
                {"media_id": "a.png", "caption": "red, \"deep\""}

                {"caption": "caf\u00e9", "media_id": "a.png", "source": null}
                {"media_id": "b.png", "caption": "green", "caption_index": 0}
                """u8.ToArray()),
            ("t.parquet", await ParquetAsync(
                ("media_id", ["a.png", "a.png", "b.png"]), ("caption", ["red, \"deep\"", "caf\u00e9", "green"]),
                ("caption_index", [0L, 1L, null]))),
        ];
        foreach (var (name, content) in tables)
        {
            var record = await lab.RefreshAsync(basis, RefreshMode.Replace, content, name);
            Assert.Equal((name, 3, 0), (record.FileName, record.Rows.Read, record.Rows.Rejected));
            Assert.Equal(expected, await lab.CaptionsAsync(await lab.ResultAsync(record)));
        }
    }

    [Theory]
    [InlineData("t.csv", "id,caption\n", "b.png,green\n", "a.png", "wrong-column-count", "")]
    [InlineData("t.csv", "id,caption\n", "b.png,green\n", "a.png,x,y", "wrong-column-count", "")]
    [InlineData("t.csv", "id,caption\n", "b.png,green\n", "a.png,\"x", "bad-quotes", "")]
    [InlineData("t.csv", "id,caption\n", "b.png,green\n", "A.PNG,x", "unknown-media", "id")]
    [InlineData("t.csv", "id,caption\n", "b.png,green\n", " ,x", "empty-media-id", "id")]
    [InlineData("t.csv", "id,caption\n", "b.png,green\n", "a\u0001,x", "control-character", "id")]
    [InlineData("t.csv", "image,caption\n", "b.png,green\n", ",x", "empty-image", "image")]
    [InlineData("t.csv", "path,caption\n", "b.png,green\n", "../a.png,x", "path-outside-root", "path")]
    [InlineData("t.csv", "id,caption\n", "b.png,green\n", "a.png, \u00a0 ", "empty-caption", "caption")]
    [InlineData("t.csv", "id,caption\n", "b.png,green\n", "a.png,x\u0000", "control-character", "caption")]
    [InlineData("t.csv", "id,caption,caption_index\n", "b.png,green,0\n", "a.png,x,-1", "bad-caption-index", "caption_index")]
    [InlineData("t.csv", "id,caption,caption_index\n", "b.png,green,0\n", "a.png,x,first", "bad-caption-index", "caption_index")]
    [InlineData("t.csv", "id,caption,caption_index\n", "b.png,green,0\n", "a.png,x,99999999999", "bad-caption-index", "caption_index")]
    [InlineData("t.csv", "id,caption,split\n", "b.png,green,train\n", "a.png,x,Train Set", "bad-split", "split")]
    [InlineData("t.csv", "id,caption,split\n", "b.png,green,train\n", "a.png,x,test", "split-mismatch", "split")]
    [InlineData("t.csv", "id,caption,source\n", "b.png,green,a\n", "a.png,x,\u0007", "control-character", "source")]
    [InlineData("t.tsv", "id\tcaption\n", "b.png\tgreen\n", "a.png", "wrong-column-count", "")]
    [InlineData("t.jsonl", "", "{\"id\":\"b.png\",\"caption\":\"green\"}\n", "{\"id\":\"a.png\",\"caption\":\"x", "not-json", "")]
    [InlineData("t.jsonl", "", "{\"id\":\"b.png\",\"caption\":\"green\"}\n", "[\"a.png\",\"x\"]", "not-json", "")]
    [InlineData("t.jsonl", "", "{\"id\":\"b.png\",\"caption\":\"green\"}\n", "{\"id\":\"a.png\",\"caption\":\"x\",\"caption\":\"y\"}",
        "not-json", "")]
    [InlineData("t.jsonl", "", "{\"id\":\"b.png\",\"caption\":\"green\"}\n", "{\"id\":\"a.png\",\"caption\":7}", "wrong-type", "caption")]
    [InlineData("t.jsonl", "", "{\"id\":\"b.png\",\"caption\":\"green\"}\n", "{\"id\":\"a.png\",\"caption\":\"\\ud800\"}", "invalid-utf8",
        "")]
    [InlineData("t.jsonl", "", "{\"id\":\"b.png\",\"caption\":\"green\"}\n", "{\"id\":\"a.png\"}", "empty-caption", "caption")]
    [InlineData("t.jsonl", "", "{\"id\":\"b.png\",\"caption\":\"green\"}\n", "{\"caption\":\"x\"}", "empty-media-id", "id")]
    [InlineData("t.jsonl", "", "{\"id\":\"b.png\",\"caption\":\"green\"}\n", "{\"id\":\"a.png\",\"text\":\"x\"}", "unknown-column", "text")]
    [InlineData("t.jsonl", "", "{\"id\":\"b.png\",\"caption\":\"green\"}\n", "{\"path\":\"a.png\",\"caption\":\"x\"}", "unknown-column",
        "path")]
    public async Task A_damaged_row_is_set_aside_with_its_reason_and_costs_no_other(
        string name, string header, string good, string row, string reason, string column)
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, header + good + row + "\n", name);
        Assert.Equal(new RefreshRows(2, 0, 1, 0, 0, 1), record.Rows);
        var rejected = Assert.Single(await lab.Catalog.ReadRejectedAsync(record, Ct).ToListAsync(Ct));
        var number = header.Length == 0 ? 2 : 3;
        Assert.Equal((name, (long)number, reason, column, row),
            (rejected.File, rejected.Row, rejected.Reason, rejected.Column, rejected.Content));
        Assert.NotEmpty(rejected.Detail);
        Assert.Equal(1, record.Reasons[reason]);
        Assert.Equal(rejected, Assert.Single(record.Examples.Rejected));
        var result = await lab.ResultAsync(record);
        Assert.Equal(["a.png/0=old", "b.png/0=green"], await lab.CaptionsAsync(result));
        Assert.Equal(rejected, Assert.Single(await lab.Reader.ReadQuarantineAsync(result, Ct).ToListAsync(Ct)));
        Assert.Equal(reason, Assert.Single((await lab.Reader.InspectAsync(result, Ct)).QuarantineExamples).Reason);
    }

    [Theory]
    [InlineData("t.csv")]
    [InlineData("t.tsv")]
    [InlineData("t.jsonl")]
    [InlineData("t.parquet")]
    public async Task A_caption_of_10_MB_costs_its_row(string name)
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var huge = new string('x', 10 << 20);
        var content = name switch
        {
            "t.csv" => Encoding.UTF8.GetBytes($"id,caption\na.png,\"{huge}\"\nb.png,green\n"),
            "t.tsv" => Encoding.UTF8.GetBytes($"id\tcaption\na.png\t{huge}\nb.png\tgreen\n"),
            "t.jsonl" => Encoding.UTF8.GetBytes(
                $"{{\"id\":\"a.png\",\"caption\":\"{huge}\"}}\n{{\"id\":\"b.png\",\"caption\":\"green\"}}\n"),
            _ => await ParquetAsync(("id", ["a.png", "b.png"]), ("caption", [huge, "green"])),
        };
        // The first line of the JSON cannot be read: then the first that can tells the columns.
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, content, name);
        var rejected = Assert.Single(await lab.Catalog.ReadRejectedAsync(record, Ct).ToListAsync(Ct));
        Assert.Equal(("long-caption", "caption"), (rejected.Reason, rejected.Column));
        Assert.Contains("10,485,7", rejected.Detail, StringComparison.Ordinal);
        Assert.InRange(rejected.Content.Length, 10_000, 20_000);
        Assert.Equal(["a.png/0=old", "b.png/0=green"], await lab.CaptionsAsync(await lab.ResultAsync(record)));
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_costs_its_row()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var csv = await lab.RefreshAsync(basis, RefreshMode.Patch, [.. "id,caption\na.png,caf"u8, 0xE9, .. "\nb.png,green\n"u8]);
        Assert.Equal(["2 invalid-utf8 caption"], await lab.RejectedAsync(csv));
        var json = await lab.RefreshAsync(
            basis, RefreshMode.Patch,
            [.. "{\"id\":\"a.png\",\"caption\":\""u8, 0xE9, .. "\"}\n{\"id\":\"b.png\",\"caption\":\"green\"}\n"u8], "t.jsonl");
        Assert.Equal(["1 invalid-utf8"], await lab.RejectedAsync(json));
        var parquet = await ParquetAsync(("id", ["a.png", "b.png"]), ("caption", ["cafQQ", "green"]));
        // In the statistics too.
        for (int at; (at = parquet.AsSpan().IndexOf("cafQQ"u8)) >= 0;)
        {
            (parquet[at + 3], parquet[at + 4]) = (0xE9, 0xFF);
        }

        var damaged = await lab.RefreshAsync(basis, RefreshMode.Patch, parquet, "t.parquet");
        Assert.Equal(["1 invalid-utf8 caption"], await lab.RejectedAsync(damaged));
    }

    [Theory]
    [InlineData("t.csv", "", "t.csv is empty")]
    [InlineData("t.csv", "\n\n", "t.csv is empty")]
    [InlineData("t.csv", "id,caption\n", "t.csv has no rows")]
    [InlineData("t.csv", "id,captoin\na.png,x\n",
        "t.csv: unknown column 'captoin'. Known are the media item as 'media_id', 'id', 'image' or 'path'; 'caption'")]
    [InlineData("t.csv", "id,caption,note,\na.png,x,y,z\n", "t.csv: column 4 of 4 has no name")]
    [InlineData("t.csv", "id\na.png\n", "no column holds the caption; there is only 'id'")]
    [InlineData("t.csv", "caption\nx\n", "no column holds the media item")]
    [InlineData("t.csv", "a.png;x\n", "unknown column 'a.png;x'")]
    [InlineData("t.csv", "id,image,caption\na,a,x\n", "the columns 'id', 'image' hold the same")]
    [InlineData("t.csv", "id,caption,Caption\na,a,x\n", "the columns 'caption', 'Caption' hold the same")]
    [InlineData("t.jsonl", "", "t.jsonl is empty")]
    [InlineData("t.jsonl", "{\"id\":\n[]\n", "t.jsonl: no line is a JSON object. Line 1")]
    [InlineData("t.jsonl", "{\"id\":\"a.png\",\"text\":\"x\"}\n", "t.jsonl, line 1: unknown column 'text'")]
    [InlineData("t.parquet", "", "t.parquet is empty")]
    [InlineData("t.parquet", "id,caption\na.png,x\n", "t.parquet is no Parquet file, which begins with 'PAR1'")]
    [InlineData("t.xlsx", "x", "t.xlsx is a spreadsheet; save it as CSV")]
    [InlineData("t.psv", "x", "the extension '.psv' is not supported")]
    [InlineData("t.csv.gz", "x", "t.csv.gz is compressed")]
    [InlineData("t.json", "[]", "a table in JSON has one object per line")]
    [InlineData("t.csv", ",id,caption\n0,a.png,x\n", "t.csv: column 1 of 3 has no name. Remove it, or name it (pandas writes row numbers")]
    [InlineData("t.csv", "Unnamed: 0,id,caption\n0,a.png,x\n", "column 1 of 3 has no name")]
    [InlineData("t.csv", "id,caption\ra.png,x\r", "lines that end with a carriage return (CR) alone")]
    [InlineData("t.csv", "i\0d\0,\0", "t.csv has zero bytes")]
    [InlineData("t.csv", "PAR1", "t.csv is a Parquet file; name it .parquet")]
    [InlineData("t.csv", "PK\u0003\u0004", "t.csv is a ZIP archive or an Excel workbook")]
    [InlineData("t.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "t.csv is a pointer of Git LFS")]
    [InlineData("t.csv", "{\"id\":\"a.png\",\"caption\":\"x\"}\n", "t.csv is JSON; write one object per line")]
    [InlineData("t.csv", "<!doctype html>\n", "t.csv is a web page")]
    [InlineData("t.csv", "id caption\na.png x\n", "If it is several, check what delimits them")]
    [InlineData("t.jsonl", "[{\"id\":\"a.png\",\"caption\":\"x\"}]", "A file has one object per line, without an array around them")]
    [InlineData("t.jsonl", "{\n  \"id\": \"a.png\",\n  \"caption\": \"x\"\n}\n", "A file has one object per line")]
    [InlineData("t", "x", "t has no extension, which would say its format; name the file .csv")]
    public async Task A_table_that_cannot_be_read_says_why_and_leaves_nothing(string name, string content, string message)
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var before = await lab.Store.ListAsync("", Ct).ToListAsync(Ct);
        var error = await Assert.ThrowsAsync<SourceException>(() => lab.RefreshAsync(basis, RefreshMode.Patch, content, name));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await lab.Store.ListAsync("", Ct).ToListAsync(Ct));
    }

    /// <summary>A Parquet file cut or changed anywhere is refused, or read as something; it never ends otherwise.</summary>
    [Fact]
    public async Task A_damaged_parquet_file_says_so()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var whole = await ParquetAsync(("id", ["a.png", "b.png"]), ("caption", ["red", "green"]), ("caption_index", [0L, null]));
        foreach (var length in new[] { 3, 4, 8, 60, whole.Length / 2, whole.Length - 5, whole.Length - 1 })
        {
            var error = await Assert.ThrowsAsync<SourceException>(() =>
                lab.RefreshAsync(basis, RefreshMode.Patch, whole[..length], "t.parquet"));
            Assert.StartsWith("t.parquet", error.Message, StringComparison.Ordinal);
        }

        var random = new Random(77);
        for (var round = 0; round < 150; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var i = 0; i < 4; i++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                await lab.ResultAsync(await lab.RefreshAsync(basis, RefreshMode.Patch, damaged, "t.parquet"));
            }
            catch (SourceException)
            {
            }
        }
    }

    [Fact]
    public async Task Parquet_with_numbers_for_ids_and_lists_for_captions()
    {
        var (lab, basis) = await RefreshLabOfNumbersAsync();
        using var _ = lab;
        var record = await lab.RefreshAsync(basis, RefreshMode.Replace, await ParquetAsync(("id", [7L, 8L]), ("caption", ["x", "y"])),
            "t.parquet");
        Assert.Equal(["7/0=x"], await lab.CaptionsAsync(await lab.ResultAsync(record)));
        Assert.Equal(["2 unknown-media id"], await lab.RejectedAsync(record));
        var json = await lab.RefreshAsync(basis, RefreshMode.Replace, "{\"id\":7,\"caption\":\"x\",\"caption_index\":0}", "t.jsonl");
        Assert.Equal(["7/0=x"], await lab.CaptionsAsync(await lab.ResultAsync(json)));

        var lists = new MemoryStream();
        var schema = new ParquetSchema(new DataField<string>("id"), new DataField("caption", typeof(string), isArray: true));
        await using (var writer = await ParquetWriter.CreateAsync(schema, lists, cancellationToken: Ct))
        {
        }

        var error = await Assert.ThrowsAsync<SourceException>(() =>
            lab.RefreshAsync(basis, RefreshMode.Replace, lists.ToArray(), "t.parquet"));
        Assert.Contains("column 'caption' are lists", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever the bytes, a table is refused or every row is accounted for.</summary>
    [Theory]
    [InlineData("t.csv", "id,caption,caption_index\n")]
    [InlineData("t.tsv", "id\tcaption\tcaption_index\n")]
    [InlineData("t.jsonl", "{\"id\":\"a.png\",\"caption\":\"x\"}\n")]
    public async Task Any_bytes_are_accounted_for(string name, string head)
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var random = new Random(2310);
        string[] pieces = ["a.png", "b.png", "c.png", ",", "\t", "\n", "\r\n", "\"", "0", "1", "x", "{\"id\":", "\"caption\":", "}", " ",
            "\u0001"];
        for (var round = 0; round < 25; round++)
        {
            var noise = string.Concat(Enumerable.Range(0, random.Next(120)).Select(_ => pieces[random.Next(pieces.Length)]));
            byte[] content = [.. Encoding.UTF8.GetBytes(head + "a.png"), .. Encoding.UTF8.GetBytes(noise), (byte)random.Next(256)];
            var record = await lab.RefreshAsync(basis, (RefreshMode)(1 + (round % 2)), content, name);
            Assert.Equal(record.Rows.Read, (await lab.RejectedAsync(record)).Length + record.Rows.Added + record.Rows.Changed +
                record.Rows.Unchanged + record.Rows.Duplicates);
            await lab.ResultAsync(record);
        }
    }

    private async Task<(RefreshLab Lab, DatasetManifest Base)> OpenAsync() =>
        await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), "a.png,old,train", "b.png,old too,train");

    private async Task<(RefreshLab Lab, DatasetManifest Base)> RefreshLabOfNumbersAsync() =>
        await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), "7,old,train");

    private static async Task<byte[]> ParquetAsync(params (string Name, object?[] Values)[] columns)
    {
        var schema = new ParquetSchema(columns.Select(column => (Field)(column.Values[0] is long
            ? new DataField<long?>(column.Name)
            : new DataField<string>(column.Name))));
        var stream = new MemoryStream();
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.None };
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream, options, false, Ct))
        {
            using var group = writer.CreateRowGroup();
            for (var i = 0; i < columns.Length; i++)
            {
                var (field, values) = (schema.DataFields[i], columns[i].Values);
                if (values[0] is long)
                {
                    await group.WriteAsync<long>(field, values.Cast<long?>().ToArray(), null, null, Ct);
                }
                else
                {
                    await group.WriteAsync(field, values.Cast<string>().ToArray());
                }
            }
        }

        return stream.ToArray();
    }
}
