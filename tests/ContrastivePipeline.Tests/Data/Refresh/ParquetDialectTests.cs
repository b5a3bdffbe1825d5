using Parquet;
using Parquet.Schema;

namespace ContrastivePipeline.Tests.Data.Refresh;

/// <summary>Parquet as programs write it.</summary>
public sealed class ParquetDialectTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CompressionMethod.None, true)]
    [InlineData(CompressionMethod.None, false)]
    [InlineData(CompressionMethod.Snappy, true)]
    [InlineData(CompressionMethod.Gzip, true)]
    [InlineData(CompressionMethod.Zstd, false)]
    public async Task Dictionaries_nulls_and_packing_make_no_difference(CompressionMethod packing, bool dictionary)
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        string?[] ids = ["7", "8", null, "7"];
        string?[] captions = ["new", "new", "new", null];
        var file = await WriteAsync(
            [new DataField("id", typeof(string), isNullable: true), new DataField("Caption", typeof(string), isNullable: true)], packing,
            dictionary,
            [async (group, field) => await group.WriteAsync(field, ids!),
                async (group, field) => await group.WriteAsync(field, captions!)]);
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, file, "t.parquet");
        Assert.Equal(["3 empty-media-id id", "4 empty-caption Caption"], await lab.RejectedAsync(record));
        Assert.Equal(["7/0=new", "8/0=new"], await lab.CaptionsAsync(await lab.ResultAsync(record)));
    }

    [Fact]
    public async Task Identifiers_may_be_numbers_of_any_kind()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        await TryAsync<sbyte>(7, 8);
        await TryAsync<short>(7, 8);
        await TryAsync<int>(7, 8);
        await TryAsync<uint>(7, 8);
        await TryAsync<long>(7, 8);
        await TryAsync<ulong>(7, 8);
        await TryAsync<float>(7, 8);
        await TryAsync<double>(7, 8);

        async Task TryAsync<T>(params T[] ids)
            where T : struct
        {
            T?[] nullable = [.. ids, null];
            var file = await WriteAsync([new DataField<T?>("id"), new DataField<string>("caption")], CompressionMethod.None, true,
                [(group, field) => group.WriteAsync<T>(field, nullable, null, null, Ct),
                    async (group, field) => await group.WriteAsync(field, ["x", "y", "z"])]);
            var record = await lab.RefreshAsync(basis, RefreshMode.Replace, file, "t.parquet");
            Assert.Equal(["7/0=x", "8/0=y"], await lab.CaptionsAsync(await lab.ResultAsync(record)));
            Assert.Equal(["3 empty-media-id id"], await lab.RejectedAsync(record));
        }
    }

    [Fact]
    public async Task Texts_may_be_bytes()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        byte[][] captions = ["caf\u00e9"u8.ToArray(), [0xFF, 0xFE]];
        var file = await WriteAsync([new DataField<string>("id"), new DataField("caption", typeof(byte[]), isNullable: false)],
            CompressionMethod.None, false,
            [async (group, field) => await group.WriteAsync(field, ["7", "8"]),
                async (group, field) => await group.WriteAsync(field, captions)]);
        var record = await lab.RefreshAsync(basis, RefreshMode.Patch, file, "t.parquet");
        Assert.Equal(["2 invalid-utf8 caption"], await lab.RejectedAsync(record));
        Assert.Equal(["7/0=caf\u00e9", "8/0=old too"], await lab.CaptionsAsync(await lab.ResultAsync(record)));
    }

    [Fact]
    public async Task What_cannot_be_texts_is_refused()
    {
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        Assert.Contains("holds values of type boolean", await RefusalAsync(new DataField<bool>("caption")), StringComparison.Ordinal);
        Assert.Contains("holds values of type datetime", await RefusalAsync(new DataField<DateTime>("caption")), StringComparison.Ordinal);
        Assert.Contains("are lists or groups", await RefusalAsync(new ListField("caption", new DataField<string>("element"))),
            StringComparison.Ordinal);
        Assert.Contains("are lists or groups", await RefusalAsync(new StructField("caption", new DataField<string>("en"))),
            StringComparison.Ordinal);
        Assert.Contains("unknown column 'text'", await RefusalAsync(new DataField<string>("text")), StringComparison.Ordinal);
        Assert.Contains("has no rows", await RefusalAsync(new DataField<string>("caption")), StringComparison.Ordinal);

        async Task<string> RefusalAsync(Field field)
        {
            var file = await WriteAsync([new DataField<string>("id"), field], CompressionMethod.None, false, []);
            return (await Assert.ThrowsAsync<SourceException>(() => lab.RefreshAsync(basis, RefreshMode.Patch, file, "t.parquet"))).Message;
        }
    }

    /// <summary>One text of a dictionary stands for 100,000 rows: 7 GB, were each to have its own.</summary>
    [Fact]
    public async Task A_dictionary_does_not_multiply_its_texts()
    {
        const int rows = 100_000;
        var (lab, basis) = await OpenAsync();
        using var _ = lab;
        var huge = new string('x', 70_000);
        var file = await WriteAsync([new DataField<string>("id"), new DataField<string>("caption")], CompressionMethod.Zstd, true,
            [async (group, field) => await group.WriteAsync(field, Enumerable.Repeat("7", rows).ToArray()),
             async (group, field) => await group.WriteAsync(field, Enumerable.Repeat(huge, rows).ToArray())]);
        Assert.InRange(file.Length, 1, 1 << 20);
        var error = await Assert.ThrowsAsync<SourceException>(() => lab.RefreshAsync(
            basis, RefreshMode.Patch, file, "t.parquet", new TableLimits(Characters: 16_384 * 10_000L)));
        Assert.Contains("more than 163,840,000 characters by row 10,001; cut it", error.Message, StringComparison.Ordinal);
    }

    private async Task<(RefreshLab Lab, DatasetManifest Base)> OpenAsync() =>
        await RefreshLab.OpenAsync(await azurite.OpenStoreAsync(), "7,old,train", "8,old too,train");

    private static async Task<byte[]> WriteAsync(
        Field[] fields, CompressionMethod packing, bool dictionary, Func<ParquetRowGroupWriter, DataField, Task>[] columns)
    {
        var schema = new ParquetSchema(fields);
        var stream = new MemoryStream();
        var options = new ParquetOptions { CompressionMethod = packing };
        foreach (var field in fields)
        {
            options.ColumnEncodingHints[field.Name] = dictionary ? EncodingHint.Dictionary : EncodingHint.Default;
        }

        await using (var writer = await ParquetWriter.CreateAsync(schema, stream, options, false, Ct))
        {
            if (columns.Length > 0)
            {
                using var group = writer.CreateRowGroup();
                for (var i = 0; i < columns.Length; i++)
                {
                    await columns[i](group, schema.DataFields[i]);
                }
            }
        }

        return stream.ToArray();
    }
}
