using System.Globalization;
using System.Runtime.CompilerServices;
using ContrastivePipeline.Data.Sources;
using Parquet;
using Parquet.Schema;

namespace ContrastivePipeline.Data.Refresh.Tables;

/// <summary>A Parquet file with a column for every field; texts, or whole numbers for identifiers and indexes.</summary>
internal sealed class ParquetTable : ICaptionTable
{
    // A damaged or hostile footer could otherwise ask for any amount of memory.
    private const int MaxGroupRows = 16 << 20;

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
            if (field is not DataField { IsArray: false })
                throw new SourceException($"{name}: the values of column '{field.Name}' are lists or groups; write one text a row.");
        }
    }

    public CaptionColumns Columns { get; }

    public static async Task<ICaptionTable> OpenAsync(string file, string name, CancellationToken cancellationToken)
    {
        FileStream stream;
        try
        {
            stream = File.OpenRead(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"The table {name} cannot be read: {error.Message}", error);
        }

        try
        {
            if (stream.Length == 0) throw new SourceException($"{name} is empty; it should be a Parquet file.");
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
            var columns = await GuardAsync(_name, () => ReadGroupAsync(g, cancellationToken));
            for (var row = 0; row < columns[(int)CaptionField.Media]!.Length; row++)
            {
                var fields = CaptionFields.From(field => columns[(int)field]?[row]);
                yield return TableRow.Of(++number, Show(fields), fields, FindDamage(fields));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _file.DisposeAsync();
    }

    private async Task<string?[]?[]> ReadGroupAsync(int number, CancellationToken cancellationToken)
    {
        using var group = _reader.OpenRowGroupReader(number);
        if (group.RowCount > MaxGroupRows)
            throw new SourceException($"{_name}: row group {number} has {group.RowCount:N0} rows; write at most {MaxGroupRows:N0} a group.");
        var columns = new string?[]?[Enum.GetValues<CaptionField>().Length];
        foreach (var field in Enum.GetValues<CaptionField>())
        {
            if (Columns.PositionOf(field) is { } position)
                columns[(int)field] = await ReadColumnAsync(group, (DataField)_fields[position], cancellationToken);
        }

        return columns;
    }

    private async Task<string?[]> ReadColumnAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(field.ClrType) ?? field.ClrType;
        if (type == typeof(ReadOnlyMemory<char>))
        {
            var texts = new string?[group.RowCount];
            await group.ReadAsync(field, texts.AsMemory(), null, cancellationToken);
            return texts;
        }

        if (type == typeof(long)) return await ReadNumbersAsync<long>(group, field, cancellationToken);
        if (type == typeof(int)) return await ReadNumbersAsync<int>(group, field, cancellationToken);
        if (type == typeof(double)) return await ReadNumbersAsync<double>(group, field, cancellationToken);
        throw new SourceException($"{_name}: column '{field.Name}' holds values of type {type.Name}; write texts or whole numbers.");
    }

    private static async Task<string?[]> ReadNumbersAsync<T>(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
        where T : struct, IFormattable
    {
        if (field.IsNullable)
        {
            var numbers = new T?[group.RowCount];
            await group.ReadAsync(field, numbers.AsMemory(), null, cancellationToken);
            return Array.ConvertAll(numbers, number => number?.ToString(null, CultureInfo.InvariantCulture));
        }
        else
        {
            var numbers = new T[group.RowCount];
            await group.ReadAsync(field, numbers.AsMemory(), null, cancellationToken);
            return Array.ConvertAll(numbers, number => (string?)number.ToString(null, CultureInfo.InvariantCulture));
        }
    }

    // Parquet's reader puts U+FFFD where bytes are no UTF-8.
    private SourceFault? FindDamage(CaptionFields fields)
    {
        var field = fields.Media?.Contains('\uFFFD') == true ? CaptionField.Media
            : fields.Caption?.Contains('\uFFFD') == true ? CaptionField.Caption
            : (CaptionField?)null;
        return field is { } damaged
            ? new SourceFault(Columns.NameOf(damaged), "invalid-utf8", $"The text of column '{Columns.NameOf(damaged)}' is not UTF-8; write it as UTF-8.")
            : null;
    }

    private string Show(CaptionFields fields) =>
        string.Join('\t', new[] { fields.Media, fields.Caption, fields.CaptionIndex, fields.Source, fields.Split }
            .Where((_, i) => Columns.Has((CaptionField)i)).Select(text => text ?? ""));

    private static async Task<T> GuardAsync<T>(string name, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception error) when (error is not (SourceException or OperationCanceledException or OutOfMemoryException))
        {
            // Parquet.Net meets damage with exceptions of many kinds.
            throw new SourceException($"{name} is damaged or no Parquet file: {error.Message}", error);
        }
    }
}
