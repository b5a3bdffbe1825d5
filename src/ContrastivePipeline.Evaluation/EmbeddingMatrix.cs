namespace ContrastivePipeline.Evaluation;

/// <summary>Embeddings, one a row.</summary>
public sealed class EmbeddingMatrix
{
    private readonly float[] _values;

    /// <summary>Wraps row-major values without copying them.</summary>
    /// <param name="values">[<paramref name="count"/>, <paramref name="dimension"/>], row-major.</param>
    /// <param name="count">Rows.</param>
    /// <param name="dimension">Columns.</param>
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

    /// <summary>One embedding.</summary>
    public ReadOnlySpan<float> this[int row] => _values.AsSpan(row * Dimension, Dimension);
}
