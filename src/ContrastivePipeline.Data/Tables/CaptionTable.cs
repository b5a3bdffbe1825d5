namespace ContrastivePipeline.Data.Tables;

/// <summary>A caption table, open for reading from its first row.</summary>
internal interface ICaptionTable : IAsyncDisposable
{
    CaptionColumns Columns { get; }

    /// <summary>Every row, good or damaged, in file order.</summary>
    /// <exception cref="SourceException">The rest of the table cannot be read.</exception>
    IAsyncEnumerable<TableRow> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>Opens caption tables. The extension says whether a table is text, JSON or Parquet; the delimiter of text is inferred from its
/// header.</summary>
internal static class CaptionTables
{
    /// <param name="name">What to call it in messages; its extension says the format.</param>
    /// <exception cref="SourceException">It cannot be read, or is no caption table.</exception>
    public static async Task<ICaptionTable> OpenAsync(string file, string name, CancellationToken cancellationToken)
    {
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" => OpenDelimited((byte)','),
            ".tsv" or ".tab" or ".txt" => OpenDelimited((byte)'\t'),
            ".jsonl" or ".ndjson" => Open(lines => new JsonLinesTable(lines, name)),
            ".parquet" => await ParquetTable.OpenAsync(file, name, cancellationToken),
            ".json" => throw new SourceException($"{name}: a table in JSON has one object per line; write it so and name the file .jsonl " +
                "(jq -c '.[]' makes lines of an array)."),
            ".gz" or ".zst" or ".bz2" or ".xz" or ".zip" =>
                throw new SourceException($"{name} is compressed, as its extension says; unpack it first."),
            ".xlsx" or ".xls" or ".ods" => throw new SourceException($"{name} is a spreadsheet; save it as CSV in UTF-8."),
            "" => throw new SourceException(
                $"{name} has no extension, which would say its format; name the file .csv, .tsv, .jsonl or .parquet."),
            var other => throw new SourceException(
                $"{name}: the extension '{other}' is not supported; name the file .csv, .tsv, .jsonl or .parquet."),
        };

        ICaptionTable OpenDelimited(byte usual) =>
            Open(lines => new DelimitedTable(lines, name, TableDialect.DelimiterOf(lines, name, usual)));

        ICaptionTable Open(Func<ByteLines, ICaptionTable> open)
        {
            var lines = new ByteLines(TableFile.OpenText(file, name));
            try
            {
                return open(lines);
            }
            catch
            {
                lines.Dispose();
                throw;
            }
        }
    }
}

/// <summary>A row of a caption table as its format gives it, or what is wrong with it.</summary>
/// <param name="Row">1-based number of the line or entry where it begins.</param>
/// <param name="Content">The row as it was read, cut where it is very long.</param>
/// <param name="Fields">Its fields; null where <paramref name="Fault"/> is not.</param>
/// <param name="Fault">What is wrong; null where the fields could be read.</param>
internal sealed record TableRow(long Row, string Content, CaptionFields? Fields, SourceFault? Fault)
{
    /// <summary>UTF-16 characters that are kept of a row as it was read.</summary>
    public const int MaxContent = 16_384;

    /// <summary>A row whose fields could be read, or not.</summary>
    public static TableRow Of(long row, string content, CaptionFields? fields, SourceFault? fault) =>
        new(row, ShortText.Head(content, MaxContent), fault is null ? fields : null, fault);
}

/// <summary>The texts of a row; null where the table has no such column or no value.</summary>
internal sealed record CaptionFields(string? Media, string? Caption, string? CaptionIndex, string? Source, string? Split)
{
    /// <summary>Puts texts in their places.</summary>
    public static CaptionFields From(Func<CaptionField, string?> of) => new(
        of(CaptionField.Media), of(CaptionField.Caption), of(CaptionField.CaptionIndex), of(CaptionField.Source), of(CaptionField.Split));
}

/// <summary>What a column of a caption table holds.</summary>
internal enum CaptionField
{
    Media,
    Caption,
    CaptionIndex,
    Source,
    Split,
}
