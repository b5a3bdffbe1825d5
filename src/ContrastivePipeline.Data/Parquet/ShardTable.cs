using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace ContrastivePipeline.Data.Parquet;

/// <summary>How rows of one kind are laid out in Parquet parts. A part is a pure function of its rows.</summary>
/// <param name="rowsPerGroup">Rows in every row group of a part but the last.</param>
/// <param name="compression">Of the column chunks.</param>
/// <param name="build">Makes row i from the columns of a row group.</param>
public sealed class ShardTable<T>(
    string folder,
    int rowsPerPart,
    int rowsPerGroup,
    CompressionMethod compression,
    IReadOnlyList<ShardColumn<T>> columns,
    Func<IReadOnlyList<Array>, int, T> build)
{
    /// <summary>Folder of the parts within a dataset version.</summary>
    public string Folder => folder;

    /// <summary>Rows in every part but the last.</summary>
    public int RowsPerPart => rowsPerPart;

    /// <summary>Path of part <paramref name="number"/>, from 0, within a dataset version.</summary>
    public string PartName(int number) => $"{folder}/part-{number:D5}.parquet";

    /// <summary>Writes one part; holds a row group in memory.</summary>
    /// <returns>Number of rows.</returns>
    public async Task<int> WriteAsync(Stream stream, IEnumerable<T> rows, CancellationToken cancellationToken)
    {
        var schema = new ParquetSchema(columns.Select(column => (Field)column.NewField()));
        var options = new ParquetOptions { CompressionMethod = compression };
        // Media are already compressed: a dictionary of them would only cost time.
        foreach (var column in columns.Where(column => column.IsOpaque))
            options.ColumnEncodingHints[column.Name] = EncodingHint.Default;

        await using var writer = await ParquetWriter.CreateAsync(schema, stream, options, false, cancellationToken);
        var count = 0;
        foreach (var chunk in rows.Chunk(rowsPerGroup))
        {
            count = checked(count + chunk.Length);
            using var group = writer.CreateRowGroup();
            for (var i = 0; i < columns.Count; i++)
                await columns[i].WriteAsync(group, schema.DataFields[i], chunk, cancellationToken);
        }

        return count;
    }

    /// <summary>Reads the rows of a part.</summary>
    /// <exception cref="InvalidDataException">It is not a part of this kind.</exception>
    public async IAsyncEnumerable<T> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = await ParquetReader.CreateAsync(stream, null, true, cancellationToken);
        for (var g = 0; g < reader.RowGroupCount; g++)
        {
            foreach (var row in await ReadGroupAsync(reader, g, cancellationToken))
                yield return row;
        }
    }

    /// <summary>Reads the rows of one row group, and of the stream no more than that takes.</summary>
    /// <exception cref="InvalidDataException">It is not a part of this kind.</exception>
    public async Task<IReadOnlyList<T>> ReadGroupAsync(Stream stream, int group, CancellationToken cancellationToken)
    {
        await using var reader = await ParquetReader.CreateAsync(stream, null, true, cancellationToken);
        return await ReadGroupAsync(reader, group, cancellationToken);
    }

    private async Task<IReadOnlyList<T>> ReadGroupAsync(ParquetReader reader, int number, CancellationToken cancellationToken)
    {
        using var group = reader.OpenRowGroupReader(number);
        var values = new Array[columns.Count];
        for (var i = 0; i < columns.Count; i++)
        {
            values[i] = FieldOf(reader, columns[i]) is { } field
                ? await columns[i].ReadAsync(group, field, cancellationToken)
                : columns[i].Missing(checked((int)group.RowCount));
        }

        return [.. Enumerable.Range(0, checked((int)group.RowCount)).Select(row => build(values, row))];
    }

    private static DataField? FieldOf(ParquetReader reader, ShardColumn<T> column)
    {
        var fields = reader.Schema.DataFields;
        var found = fields.FirstOrDefault(field => field.Name == column.Name) ?? fields.FirstOrDefault(field => field.Name == column.FormerName);
        return found is not null || column.IsOptional
            ? found
            : throw new InvalidDataException(
                $"The part has no column '{column.Name}'; it has {string.Join(", ", fields.Select(field => field.Name))}.");
    }
}
