using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Data.Sources.Pairs;

namespace ContrastivePipeline.Data.Refresh.Tables;

/// <summary>A caption table, open for reading from its first row.</summary>
internal interface ICaptionTable : IAsyncDisposable
{
    /// <summary>Its columns.</summary>
    CaptionColumns Columns { get; }

    /// <summary>Every row, good or damaged, in file order.</summary>
    /// <exception cref="SourceException">The rest of the table cannot be read.</exception>
    IAsyncEnumerable<TableRow> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>Opens caption tables. The extension tells text from JSON and Parquet, the header what delimits the columns of text.</summary>
internal static class CaptionTables
{
    /// <summary>Opens a table.</summary>
    /// <exception cref="SourceException">It cannot be read, or is no caption table.</exception>
    public static async Task<ICaptionTable> OpenAsync(RefreshSpec spec, CancellationToken cancellationToken)
    {
        return Path.GetExtension(spec.Name).ToLowerInvariant() switch
        {
            ".csv" => OpenDelimited(spec, (byte)','),
            ".tsv" or ".tab" or ".txt" => OpenDelimited(spec, (byte)'\t'),
            ".jsonl" or ".ndjson" => Open(spec, lines => new JsonLinesTable(lines, spec.Name)),
            ".parquet" => await ParquetTable.OpenAsync(spec.File, spec.Name, cancellationToken),
            ".json" => throw new SourceException($"{spec.Name}: of JSON a table has one object a line; write it so and name the file .jsonl " +
                "(jq -c '.[]' makes lines of an array)."),
            ".gz" or ".zst" or ".bz2" or ".xz" or ".zip" => throw new SourceException($"{spec.Name} is packed, as its extension says; unpack it first."),
            ".xlsx" or ".xls" or ".ods" => throw new SourceException($"{spec.Name} is a spreadsheet; save it as CSV in UTF-8."),
            var other => throw new SourceException($"{spec.Name}: {(other.Length == 0 ? "no extension tells" : $"'{other}' does not tell")} the format; " +
                "name the file .csv, .tsv, .jsonl or .parquet."),
        };
    }

    private static ICaptionTable OpenDelimited(RefreshSpec spec, byte usual) =>
        Open(spec, lines => new DelimitedTable(lines, spec.Name, TableDialect.DelimiterOf(lines, spec.Name, usual)));

    private static ICaptionTable Open(RefreshSpec spec, Func<ByteLines, ICaptionTable> open)
    {
        TableSniffer.RequireText(spec.File, spec.Name);
        var lines = new ByteLines(TableFile.Open(spec.File, spec.Name));
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
