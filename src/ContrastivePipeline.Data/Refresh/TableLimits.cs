using ContrastivePipeline.Data.Sources;

namespace ContrastivePipeline.Data.Refresh;

/// <summary>
/// What one caption table may ask of the machine. Whoever may refresh could otherwise fill its disk: a Parquet file of a few kilobytes
/// can stand for any number of rows.
/// </summary>
/// <param name="Rows">Rows of a table.</param>
/// <param name="Characters">UTF-16 characters of all its fields together.</param>
/// <param name="RowsPerMediaItem">Rows that name one media item, which are held in memory; those after them are quarantined.</param>
/// <param name="CharactersPerMediaItem">UTF-16 characters of these rows.</param>
internal sealed record TableLimits(
    long Rows = 20_000_000, long Characters = 4L << 30, int RowsPerMediaItem = 100_000, long CharactersPerMediaItem = 64 << 20)
{
    /// <summary>Refuses a table that is over a limit.</summary>
    /// <param name="table">What to call it in messages.</param>
    /// <param name="rows">Rows so far.</param>
    /// <param name="characters">Characters so far.</param>
    /// <exception cref="SourceException">It is.</exception>
    public void Check(string table, long rows, long characters)
    {
        if (rows > Rows)
            throw new SourceException($"{table} has more than {Rows:N0} rows; cut it into several tables and refresh with one after the other.");
        if (characters > Characters)
            throw new SourceException($"{table} has more than {Characters:N0} characters by row {rows:N0}; cut it into several tables.");
    }
}
