using Parquet;
using Parquet.Schema;

namespace ContrastivePipeline.Data.Parquet;

/// <summary>A column of a <see cref="ShardTable{T}"/>.</summary>
public abstract class ShardColumn<T>(string name, Type type)
{
    /// <summary>Name of the column.</summary>
    public string Name => name;

    /// <summary>What parts that were written earlier call it; null for the same.</summary>
    public string? FormerName { get; init; }

    /// <summary>Whether a part may lack it; its values are then those of <c>default</c>.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether the values are files of their own.</summary>
    public bool IsOpaque => type == typeof(byte[]);

    /// <summary>What a part without the column has in its place.</summary>
    public Array Missing(int rows) => Array.CreateInstance(type, rows);

    /// <summary>The column in a file's schema.</summary>
    public virtual DataField NewField() => new(name, type, isNullable: false);

    /// <summary>Writes the column of a row group.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group, DataField field, T[] rows, CancellationToken cancellationToken);

    /// <summary>Reads the column of a row group: an array with an element a row.</summary>
    public abstract Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken);
}

/// <summary>A column of texts.</summary>
public sealed class TextColumn<T>(string name, Func<T, string> value) : ShardColumn<T>(name, typeof(string))
{
    /// <inheritdoc/>
    public override Task WriteAsync(ParquetRowGroupWriter group, DataField field, T[] rows, CancellationToken cancellationToken) =>
        group.WriteAsync(field, Array.ConvertAll(rows, row => value(row)));

    /// <inheritdoc/>
    public override async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        var values = new string?[group.RowCount];
        await group.ReadAsync(field, values.AsMemory(), null, cancellationToken);
        return values;
    }
}

/// <summary>A column of files.</summary>
public sealed class BytesColumn<T>(string name, Func<T, byte[]> value) : ShardColumn<T>(name, typeof(byte[]))
{
    /// <inheritdoc/>
    public override Task WriteAsync(ParquetRowGroupWriter group, DataField field, T[] rows, CancellationToken cancellationToken) =>
        group.WriteAsync(field, Array.ConvertAll(rows, row => value(row)));

    /// <inheritdoc/>
    public override async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        var values = new byte[]?[group.RowCount];
        await group.ReadAsync(field, values.AsMemory(), null, cancellationToken);
        return values;
    }
}

/// <summary>A column of numbers.</summary>
public sealed class NumberColumn<T, TNumber>(string name, Func<T, TNumber> value) : ShardColumn<T>(name, typeof(TNumber))
    where TNumber : struct
{
    /// <inheritdoc/>
    public override Task WriteAsync(ParquetRowGroupWriter group, DataField field, T[] rows, CancellationToken cancellationToken) =>
        group.WriteAsync<TNumber>(field, Array.ConvertAll(rows, row => value(row)), null, null, cancellationToken);

    /// <inheritdoc/>
    public override async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        var values = new TNumber[group.RowCount];
        await group.ReadAsync(field, values.AsMemory(), null, cancellationToken);
        return values;
    }
}

/// <summary>A column of vectors, all of one length; a repeated float in the file.</summary>
public sealed class VectorColumn<T>(string name, Func<T, float[]> value) : ShardColumn<T>(name, typeof(float[]))
{
    /// <inheritdoc/>
    public override DataField NewField() => new(Name, typeof(float), isNullable: false, isArray: true);

    /// <inheritdoc/>
    public override Task WriteAsync(ParquetRowGroupWriter group, DataField field, T[] rows, CancellationToken cancellationToken)
    {
        var vectors = Array.ConvertAll(rows, row => value(row));
        // Level 0 begins a row's vector, level 1 continues it.
        int[] levels = [.. vectors.SelectMany(vector => vector.Select((_, i) => i == 0 ? 0 : 1))];
        return group.WriteAsync<float>(field, vectors.SelectMany(vector => vector).ToArray(), levels, null, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        var values = new float[checked((int)group.GetMetadata(field)!.MetaData!.NumValues)];
        await group.ReadRawAsync(field, values.AsMemory(), new int[values.Length], new int[values.Length], cancellationToken);
        return values.Chunk(values.Length / checked((int)group.RowCount)).ToArray();
    }
}
