namespace ContrastivePipeline.Evaluation;

/// <summary>Embeddings, one per row: [count, dimension], row-major single precision.</summary>
public sealed class EmbeddingMatrix
{
    private readonly float[] _values;

    /// <summary>Wraps row-major values without copying them.</summary>
    /// <param name="values">[<paramref name="count"/>, <paramref name="dimension"/>], row-major.</param>
    /// <exception cref="ArgumentException">The number of values is not count × dimension.</exception>
    public EmbeddingMatrix(float[] values, int count, int dimension)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != (long)count * dimension)
            throw new ArgumentException($"{values.Length} values are not {count} rows of {dimension}.", nameof(values));
        _values = values;
        Count = count;
        Dimension = dimension;
    }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>Columns.</summary>
    public int Dimension { get; }

    /// <summary>All values, row-major.</summary>
    public ReadOnlySpan<float> Values => _values;

    internal Rows<float> Rows => new(_values, Count, Dimension);

    /// <summary>The embedding of a row, [dimension].</summary>
    public ReadOnlySpan<float> this[int row] => _values.AsSpan(row * Dimension, Dimension);

    /// <summary>A copy of some rows in the order given.</summary>
    public EmbeddingMatrix Select(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        float[] values = new float[rows.Count * Dimension];
        for (int i = 0; i < rows.Count; i++)
            this[rows[i]].CopyTo(values.AsSpan(i * Dimension));
        return new(values, rows.Count, Dimension);
    }

    /// <summary>A copy with every row scaled to length 1.</summary>
    /// <exception cref="ArgumentException">A row is all zero or not finite.</exception>
    public EmbeddingMatrix Normalized()
    {
        Check.Finite(this, "embeddings");
        float[] values = new float[_values.Length];
        for (int row = 0; row < Count; row++)
        {
            double norm = Math.Sqrt(DotProducts.Of(this[row], this[row]));
            if (norm == 0)
                throw new ArgumentException($"Row {row} of the embeddings is all zero and has no direction.");
            for (int i = 0; i < Dimension; i++)
                values[row * Dimension + i] = (float)(this[row][i] / norm);
        }

        return new(values, Count, Dimension);
    }
}

/// <summary>Row-major values of any number type, [count, dimension].</summary>
internal readonly record struct Rows<T>(T[] Values, int Count, int Dimension)
{
    public ReadOnlySpan<T> this[int row] => Values.AsSpan(row * Dimension, Dimension);
}
