namespace ContrastivePipeline.Data.Refresh;

/// <summary>A caption table and what to do with it.</summary>
/// <param name="File">The table on this machine: CSV, TSV, JSON lines or Parquet.</param>
/// <param name="FileName">What the table is called in records and as the source of its captions; its extension (<c>.csv</c>, <c>.tsv</c>,
/// <c>.txt</c>, <c>.jsonl</c>, <c>.ndjson</c>, <c>.parquet</c>) defines the format. The name of <paramref name="File"/> by default.</param>
public sealed record RefreshSpec(string Dataset, string BaseVersion, RefreshMode Mode, string File, string? FileName = null)
{
    /// <summary>Longer captions, in UTF-16 characters, are rejected.</summary>
    public int MaxCaptionLength { get; init; } = 1_000;

    internal TableLimits Limits { get; init; } = new();

    /// <summary>The name of the table, without folders.</summary>
    public string Name => Path.GetFileName(FileName ?? File);
}

/// <summary>Limits of one caption table. A user who may refresh could otherwise fill the disk: a Parquet file of a few kilobytes can stand
/// for any number of rows.</summary>
/// <param name="Rows">Rows of a table.</param>
/// <param name="Characters">UTF-16 characters of all its fields together.</param>
/// <param name="RowsPerMediaItem">Rows that name one media item, which are held in memory; those after them are quarantined.</param>
/// <param name="CharactersPerMediaItem">UTF-16 characters of these rows.</param>
internal sealed record TableLimits(
    long Rows = 20_000_000, long Characters = 4L << 30, int RowsPerMediaItem = 100_000, long CharactersPerMediaItem = 64 << 20)
{
    /// <summary>Refuses a table that is over a limit.</summary>
    /// <exception cref="SourceException">It is.</exception>
    public void Check(string table, long rows, long characters)
    {
        if (rows > Rows)
        {
            throw new SourceException(
                $"{table} has more than {Rows:N0} rows; cut it into several tables and refresh with one after the other.");
        }

        if (characters > Characters)
            throw new SourceException($"{table} has more than {Characters:N0} characters by row {rows:N0}; cut it into several tables.");
    }
}
