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

/// <summary>Opens caption tables by their extension.</summary>
internal static class CaptionTables
{
    /// <summary>Opens a table.</summary>
    /// <exception cref="SourceException">It cannot be read, or is no caption table.</exception>
    public static async Task<ICaptionTable> OpenAsync(RefreshSpec spec, CancellationToken cancellationToken)
    {
        return Path.GetExtension(spec.Name).ToLowerInvariant() switch
        {
            ".csv" => Open(spec, lines => new DelimitedTable(lines, spec.Name, (byte)',')),
            ".tsv" or ".tab" or ".txt" => Open(spec, lines => new DelimitedTable(lines, spec.Name, (byte)'\t')),
            ".jsonl" or ".ndjson" => Open(spec, lines => new JsonLinesTable(lines, spec.Name)),
            ".parquet" => await ParquetTable.OpenAsync(spec.File, spec.Name, cancellationToken),
            var other => throw new SourceException($"{spec.Name}: {(other.Length == 0 ? "no extension tells" : $"'{other}' does not tell")} the format; " +
                "name the file .csv, .tsv, .jsonl or .parquet."),
        };
    }

    private static ICaptionTable Open(RefreshSpec spec, Func<ByteLines, ICaptionTable> open)
    {
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
