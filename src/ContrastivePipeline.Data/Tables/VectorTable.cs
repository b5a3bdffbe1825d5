using Parquet;

namespace ContrastivePipeline.Data.Tables;

/// <summary>A vector of a media item or of a text, by some model.</summary>
/// <param name="Row">1-based number of the row in its file.</param>
/// <param name="MediaId">The media item; null for a text.</param>
/// <param name="Text">The text; null for a media item.</param>
public sealed record VectorRow(long Row, string? MediaId, string? Text, float[] Vector);

/// <summary>A Parquet file of vectors: columns <c>media_id</c> and <c>text</c>, of which each row has one, and <c>embedding</c>, a list of
/// single or double precision numbers.</summary>
public static class VectorTable
{
    private const string MediaColumn = "media_id";
    private const string TextColumn = "text";
    private const string VectorColumn = "embedding";

    /// <summary>Reads every row. All of the file is held in memory.</summary>
    /// <exception cref="SourceException">A column or a value is missing; a media item or text is there twice; a vector is empty, of another
    /// width than the first, not finite or all zero. The message names file, row and column.</exception>
    public static async Task<IReadOnlyList<VectorRow>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(file);
        await using var stream = TableFile.OpenParquet(file, name);
        var rows = new List<VectorRow>();
        try
        {
            await using var reader = await ParquetReader.CreateAsync(stream, null, true, cancellationToken);
            for (var group = 0; group < reader.RowGroupCount; group++)
                await ReadGroupAsync(reader, group, name, rows, cancellationToken);
        }
        catch (NotImplementedException other)
        {
            throw new SourceException(
                $"{name} uses a part of Parquet that is not read here, such as data pages of version 2. Write it with the defaults of pandas, "
                + "pyarrow or DuckDB.", other);
        }
        catch (Exception broken) when (broken is not (SourceException or OperationCanceledException or OutOfMemoryException))
        {
            throw new SourceException($"{name} cannot be read as Parquet: {broken.Message}", broken);
        }
        Check(rows, name);
        return rows;
    }

    private static async Task ReadGroupAsync(
        ParquetReader reader, int number, string name, List<VectorRow> rows, CancellationToken cancellationToken)
    {
        using var group = reader.OpenRowGroupReader(number);
        var count = checked((int)group.RowCount);
        var media = await TextsAsync(reader, group, MediaColumn, count, cancellationToken);
        var texts = await TextsAsync(reader, group, TextColumn, count, cancellationToken);
        var vectors = await VectorsAsync(reader, group, name, rows.Count, count, cancellationToken);
        for (var i = 0; i < count; i++)
            rows.Add(new VectorRow(rows.Count + 1, Value(media, i), Value(texts, i), vectors[i]));

        static string? Value(string?[]? column, int row) => column?[row] is { Length: > 0 } text ? text : null;
    }

    private static async Task<string?[]?> TextsAsync(
        ParquetReader reader, ParquetRowGroupReader group, string column, int rows, CancellationToken cancellationToken)
    {
        if (reader.Schema.DataFields.FirstOrDefault(field => field.Path.ToList()[0] == column) is not { } field)
            return null;
        var values = new string?[rows];
        await group.ReadAsync(field, values.AsMemory(), null, cancellationToken);
        return values;
    }

    private static async Task<float[][]> VectorsAsync(
        ParquetReader reader, ParquetRowGroupReader group, string name, int before, int rows, CancellationToken cancellationToken)
    {
        var field = reader.Schema.DataFields.FirstOrDefault(field => field.Path.ToList()[0] == VectorColumn)
            ?? throw new SourceException($"{name} has no column '{VectorColumn}'; it has {ColumnsOf(reader)}.");
        if (field.MaxRepetitionLevel != 1 || (field.ClrType != typeof(float) && field.ClrType != typeof(double)))
            throw new SourceException($"{name}: column '{VectorColumn}' must be a list of single or double precision numbers.");
        var entries = checked((int)group.GetMetadata(field)!.MetaData!.NumValues);
        var (definitions, repetitions) = (new int[entries], new int[entries]);
        float[] values;
        if (field.ClrType == typeof(float))
        {
            values = new float[entries];
            await group.ReadRawAsync(field, values.AsMemory(), definitions, repetitions, cancellationToken);
        }
        else
        {
            var wide = new double[entries];
            await group.ReadRawAsync(field, wide.AsMemory(), definitions, repetitions, cancellationToken);
            values = Array.ConvertAll(wide, value => (float)value);
        }
        return Split(values, definitions, repetitions, field.MaxDefinitionLevel, name, before, rows);
    }

    // Repetition level 0 begins a row; a lower definition level stands for a null or an empty list, which takes no value.
    private static float[][] Split(
        float[] values, int[] definitions, int[] repetitions, int defined, string name, int before, int rows)
    {
        var vectors = new List<float[]>(rows);
        var (row, value) = (new List<float>(), 0);
        for (var i = 0; i < repetitions.Length; i++)
        {
            if (i > 0 && repetitions[i] == 0)
            {
                vectors.Add([.. row]);
                row.Clear();
            }
            if (defined > 0 && definitions[i] < defined)
            {
                throw new SourceException(
                    $"{name}: row {before + vectors.Count + 1}, column '{VectorColumn}': the vector is empty or has a missing number.");
            }
            row.Add(values[value++]);
        }
        if (repetitions.Length > 0)
            vectors.Add([.. row]);
        return vectors.Count == rows
            ? [.. vectors]
            : throw new SourceException($"{name}: column '{VectorColumn}' has {vectors.Count} vectors in {rows} rows; the file is damaged.");
    }

    private static void Check(List<VectorRow> rows, string name)
    {
        var seen = new Dictionary<(bool, string), long>();
        foreach (var row in rows)
        {
            var at = $"{name}: row {row.Row}";
            if ((row.MediaId is null) == (row.Text is null))
                throw new SourceException($"{at} must have either '{MediaColumn}' or '{TextColumn}'; the other is null.");
            var key = (row.MediaId is not null, row.MediaId ?? row.Text!);
            if (!seen.TryAdd(key, row.Row))
                throw new SourceException($"{at}: '{key.Item2}' has a vector in row {seen[key]} already. Give each once.");
            if (row.Vector.Length != rows[0].Vector.Length)
            {
                throw new SourceException($"{at}, column '{VectorColumn}': {row.Vector.Length} numbers, and the rows before have "
                    + $"{rows[0].Vector.Length}. Vectors of one model have one width.");
            }
            if (Array.FindIndex(row.Vector, value => !float.IsFinite(value)) is var bad and >= 0)
                throw new SourceException($"{at}, column '{VectorColumn}': number {bad + 1} is {row.Vector[bad]}, which is not finite.");
            if (Array.TrueForAll(row.Vector, value => value == 0))
                throw new SourceException($"{at}, column '{VectorColumn}': a vector of zeros has no direction.");
        }
        if (rows.Count == 0)
            throw new SourceException($"{name} has no rows.");
    }

    private static string ColumnsOf(ParquetReader reader) => string.Join(", ", reader.Schema.Fields.Select(field => field.Name));
}
