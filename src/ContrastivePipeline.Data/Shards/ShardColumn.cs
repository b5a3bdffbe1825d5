using Parquet;
using Parquet.Schema;

namespace ContrastivePipeline.Data.Shards;

/// <summary>A column of a <see cref="ShardTable{T}"/>.</summary>
internal abstract class ShardColumn<T>(string name, Type type)
{
    public string Name => name;

    /// <summary>Whether the values are files of their own.</summary>
    public bool IsOpaque => type == typeof(byte[]);

    public DataField NewField() => new(name, type, isNullable: false);

    public abstract Task WriteAsync(ParquetRowGroupWriter group, DataField field, T[] rows, CancellationToken cancellationToken);

    public abstract Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken);
}

/// <summary>A column of texts.</summary>
internal sealed class TextColumn<T>(string name, Func<T, string> value) : ShardColumn<T>(name, typeof(string))
{
    public override Task WriteAsync(ParquetRowGroupWriter group, DataField field, T[] rows, CancellationToken cancellationToken) =>
        group.WriteAsync(field, Array.ConvertAll(rows, row => value(row)));

    public override async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        var values = new string?[group.RowCount];
        await group.ReadAsync(field, values.AsMemory(), null, cancellationToken);
        return values;
    }
}

/// <summary>A column of files.</summary>
internal sealed class BytesColumn<T>(string name, Func<T, byte[]> value) : ShardColumn<T>(name, typeof(byte[]))
{
    public override Task WriteAsync(ParquetRowGroupWriter group, DataField field, T[] rows, CancellationToken cancellationToken) =>
        group.WriteAsync(field, Array.ConvertAll(rows, row => value(row)));

    public override async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        var values = new byte[]?[group.RowCount];
        await group.ReadAsync(field, values.AsMemory(), null, cancellationToken);
        return values;
    }
}

/// <summary>A column of numbers.</summary>
internal sealed class NumberColumn<T, TNumber>(string name, Func<T, TNumber> value) : ShardColumn<T>(name, typeof(TNumber))
    where TNumber : struct
{
    public override Task WriteAsync(ParquetRowGroupWriter group, DataField field, T[] rows, CancellationToken cancellationToken) =>
        group.WriteAsync<TNumber>(field, Array.ConvertAll(rows, row => value(row)), null, null, cancellationToken);

    public override async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        var values = new TNumber[group.RowCount];
        await group.ReadAsync(field, values.AsMemory(), null, cancellationToken);
        return values;
    }
}
