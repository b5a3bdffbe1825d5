using System.Globalization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>A source's table in CSV or TSV, open for reading: with a header where its columns are named, without where they are
/// numbered.</summary>
internal sealed class SourceTable : IDisposable
{
    private readonly ByteLines _lines;
    private readonly DelimitedRecords _records;
    private readonly List<DelimitedRecord> _first;
    private readonly string _name;

    private SourceTable(ByteLines lines, DelimitedRecords records, List<DelimitedRecord> first, TableColumns columns, string name)
    {
        (_lines, _records, _first, Columns, _name) = (lines, records, first, columns, name);
        records.Columns = columns.Count;
    }

    public TableColumns Columns { get; }

    /// <param name="name">What messages call it.</param>
    /// <param name="aColumn">One of its columns: a number, from 1, where the table has no header.</param>
    /// <exception cref="SourceException">It is empty, or no row of it can be read.</exception>
    public static SourceTable Open(Stream content, string name, byte delimiter, string aColumn)
    {
        var lines = new ByteLines(content);
        try
        {
            var records = new DelimitedRecords(lines, delimiter);
            var isNumbered = TableColumns.IsNumber(aColumn);
            var head = ReadHead(records, delimiter, isNumbered, name);
            var columns = isNumbered
                ? TableColumns.Numbered(name, head[^1].Fields.Count)
                : TableColumns.Named(name, TableFile.ReadHeader(head[0], name));
            return new SourceTable(lines, records, isNumbered ? head : [], columns, name);
        }
        catch
        {
            lines.Dispose();
            throw;
        }
    }

    /// <summary>The delimiter that an experiment gives, or else that of the file's extension.</summary>
    /// <param name="given">One ASCII character or <c>tab</c>; null for none.</param>
    /// <exception cref="SourceException">There is none.</exception>
    public static byte DelimiterOf(string path, string? given, string name)
    {
        var delimiter = given ?? Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => ",",
            ".tsv" or ".tab" or ".txt" => "tab",
            _ => throw new SourceException($"{name}: name the delimiter, because it cannot be inferred from the file's extension."),
        };
        if (delimiter == "tab")
            return (byte)'\t';
        return delimiter.Length == 1 && delimiter[0] < 128 && delimiter[0] is not ('"' or '\n' or '\r')
            ? (byte)delimiter[0]
            : throw new SourceException($"{name}: '{delimiter}' cannot delimit columns; use one ASCII character or 'tab'.");
    }

    /// <summary>Every record, sound or not; to be read once.</summary>
    /// <exception cref="SourceException">There is none.</exception>
    public IEnumerable<DelimitedRecord> Records(CancellationToken cancellationToken)
    {
        foreach (var record in _first)
            yield return record;
        var any = _first.Count > 0;
        while (_records.Next() is { } record)
        {
            cancellationToken.ThrowIfCancellationRequested();
            any = true;
            yield return record;
        }

        if (!any)
            throw new SourceException($"{_name} has a header and no row below it; write the rows there.");
    }

    public void Dispose() => _lines.Dispose();

    // Without a header the first sound row defines the number of columns.
    private static List<DelimitedRecord> ReadHead(DelimitedRecords records, byte delimiter, bool isNumbered, string name)
    {
        var head = new List<DelimitedRecord>();
        while (records.Next() is { } record)
        {
            if (TableFile.IsSeparatorLine(record, delimiter, name))
                continue;
            head.Add(record);
            if (!isNumbered || record.Fault is null)
                return head;
        }

        throw new SourceException(head.Count == 0
            ? $"{name} is empty; it should have a row for every example."
            : $"{name}: no row can be read. Row {head[0].Row}: {head[0].Fault?.Detail}");
    }
}

/// <summary>The columns of a source's table.</summary>
internal sealed class TableColumns
{
    private const int MostShown = 30;

    private readonly string _table;
    private readonly IReadOnlyList<string>? _header;

    private TableColumns(string table, IReadOnlyList<string>? header, int count) => (_table, _header, Count) = (table, header, count);

    /// <summary>Fields of a whole record.</summary>
    public int Count { get; }

    /// <summary>Columns that a header names.</summary>
    public static TableColumns Named(string table, IReadOnlyList<string> header) => new(table, header, header.Count);

    /// <summary>Columns by number, 1 being the first.</summary>
    /// <param name="count">Fields of the first record, which the others must have too.</param>
    public static TableColumns Numbered(string table, int count) => new(table, null, count);

    /// <summary>Whether a column is named by its number.</summary>
    public static bool IsNumber(string column) => int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>Index of a column; null for none.</summary>
    /// <exception cref="SourceException">It is missing or there twice.</exception>
    public int? FindOptional(string? column) => column is null ? null : Find(column);

    /// <summary>Index of a column.</summary>
    /// <exception cref="SourceException">It is missing or there twice.</exception>
    public int Find(string column) => _header is null ? FindNumber(column) : FindName(column, _header);

    private int FindName(string column, IReadOnlyList<string> header)
    {
        var found = Enumerable.Range(0, header.Count).Where(i => header[i] == column).ToArray();
        if (found.Length == 1)
            return found[0];
        var columns = string.Join(", ", header.Take(MostShown).Select(name => $"'{TableText.Printable(name)}'"))
            + (header.Count > MostShown ? $" and {header.Count - MostShown:N0} more" : "");
        throw new SourceException(found.Length == 0
            ? $"{_table}: there is no column '{column}'. Its columns are {columns}. Name one of these, " +
                "check the delimiter, or use column numbers from 1 for a table without a header."
            : $"{_table}: {found.Length} columns are called '{column}'; rename all but one of {columns}.");
    }

    private int FindNumber(string column)
    {
        if (!int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new SourceException($"{_table}: give either all columns by number or all by name, not '{column}' among numbers.");
        return number >= 1 && number <= Count ? number - 1 : throw new SourceException(
            $"{_table}: there is no column {number}; the first row has {Count}. Check the delimiter.");
    }
}
