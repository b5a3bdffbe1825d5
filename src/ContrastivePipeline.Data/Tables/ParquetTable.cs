using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace ContrastivePipeline.Data.Tables;

/// <summary>A Parquet file with a column for every field; texts, or whole numbers for identifiers and indexes.</summary>
internal sealed class ParquetTable : ICaptionTable
{
    // A damaged or hostile footer could otherwise ask for any amount of memory.
    private const int MaxGroupRows = 4 << 20;
    private const long MaxColumnBytes = 512L << 20;

    private readonly string _name;
    private readonly FileStream _file;
    private readonly ParquetReader _reader;
    private readonly IReadOnlyList<Field> _fields;

    private ParquetTable(string name, FileStream file, ParquetReader reader, IReadOnlyList<Field> fields)
    {
        (_name, _file, _reader, _fields) = (name, file, reader, fields);
        Columns = CaptionColumns.Find(name, [.. fields.Select(field => field.Name)]);
        foreach (var field in fields)
        {
            if (field is not DataField { IsArray: false } data)
                throw new SourceException($"{name}: the values of column '{field.Name}' are lists or groups; write one text a row.");
            if (!ParquetValues.CanRead(data))
            {
                throw new SourceException(
                    $"{name}: column '{field.Name}' holds values of type {ParquetValues.NameOf(data)}; write texts or whole numbers.");
            }
        }
    }

    public CaptionColumns Columns { get; }

    public static async Task<ICaptionTable> OpenAsync(string file, string name, CancellationToken cancellationToken)
    {
        var stream = TableFile.OpenParquet(file, name);
        try
        {
            var reader = await GuardAsync(name, () => ParquetReader.CreateAsync(stream, null, true, cancellationToken));
            var fields = await GuardAsync(name, () => Task.FromResult(reader.Schema.Fields));
            return new ParquetTable(name, stream, reader, fields);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public async IAsyncEnumerable<TableRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        for (var g = 0; g < _reader.RowGroupCount; g++)
        {
            var (columns, rows) = await GuardAsync(_name, () => ReadGroupAsync(g, cancellationToken));
            for (var row = 0; row < rows; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var column in columns)
                    column?.Next();

                var fields = CaptionFields.From(field => columns[(int)field]?.Text);
                yield return TableRow.Of(++number, Show(fields), fields, FindDamage(columns));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _file.DisposeAsync();
    }

    private async Task<(ParquetValues?[] Columns, int Rows)> ReadGroupAsync(int number, CancellationToken cancellationToken)
    {
        using var group = _reader.OpenRowGroupReader(number);
        if (group.RowCount is < 0 or > MaxGroupRows)
        {
            throw new SourceException(
                $"{_name}: row group {number} has {group.RowCount:N0} rows; write at most {MaxGroupRows:N0} a group.");
        }

        var columns = new ParquetValues?[Enum.GetValues<CaptionField>().Length];
        foreach (var field in Enum.GetValues<CaptionField>())
        {
            if (Columns.PositionOf(field) is not { } position)
                continue;
            var column = (DataField)_fields[position];
            if (group.GetMetadata(column)?.MetaData?.TotalUncompressedSize is > MaxColumnBytes)
            {
                throw new SourceException(
                    $"{_name}: column '{column.Name}' of row group {number} takes more than {MaxColumnBytes >> 20:N0} MiB; " +
                    "write smaller row groups.");
            }

            columns[(int)field] = await ParquetValues.ReadAsync(group, column, cancellationToken);
        }

        return (columns, (int)group.RowCount);
    }

    private SourceFault? FindDamage(ParquetValues?[] columns)
    {
        foreach (var field in Enum.GetValues<CaptionField>())
        {
            if (columns[(int)field] is not { } column)
                continue;
            var name = Columns.NameOf(field);
            if (column.IsDamaged)
                return new SourceFault(name, "invalid-utf8", $"The text of column '{name}' is not UTF-8; write it as UTF-8.");
            if (column.CutLength > 0)
            {
                return new SourceFault(name, field == CaptionField.Caption ? FieldChecks.LongCaption : DelimitedRecords.RowTooLong,
                    $"The text of column '{name}' has {column.CutLength:N0} characters, more than {ParquetValues.MaxText:N0}; shorten it.");
            }
        }

        return null;
    }

    private string Show(CaptionFields fields) =>
        string.Join('\t', new[] { fields.Media, fields.Caption, fields.CaptionIndex, fields.Source, fields.Split }
            .Where((_, i) => Columns.Has((CaptionField)i)).Select(text => ShortText.Head(text ?? "", TableRow.MaxContent)));

    private static async Task<T> GuardAsync<T>(string name, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception error) when (error is not (SourceException or OperationCanceledException or OutOfMemoryException))
        {
            // Parquet.Net meets damage with exceptions of many kinds, most of which speak of its own arrays.
            var reason = error is ParquetException or NotSupportedException ? $" ({error.Message.TrimEnd('.')})" : "";
            throw new SourceException($"{name} is damaged, or no Parquet file that can be read here{reason}; write it again, " +
                "plainly encoded or with a dictionary, and packed with Snappy, gzip, Zstandard or not at all.", error);
        }
    }
}
