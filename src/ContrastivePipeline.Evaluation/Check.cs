using System.Numerics.Tensors;

namespace ContrastivePipeline.Evaluation;

/// <summary>Preconditions of the metrics; every method throws an <see cref="ArgumentException"/> that names the row.</summary>
internal static class Check
{
    // Half precision, the coarsest that embeddings are stored in, keeps a norm to about 1e-3.
    private const double UnitTolerance = 2e-3;

    public static void Finite(EmbeddingMatrix matrix, string what)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Count == 0 || matrix.Dimension == 0)
            throw new ArgumentException($"There are no {what}: {matrix.Count} rows of {matrix.Dimension}.");
        for (int row = 0; row < matrix.Count; row++)
        {
            if (!TensorPrimitives.IsFiniteAll(matrix[row]))
                throw new ArgumentException($"Row {row} of the {what} holds NaN or infinity: the model that made it has diverged.");
        }
    }

    public static void SameDimension(EmbeddingMatrix first, EmbeddingMatrix second, string firstName, string secondName)
    {
        if (first.Dimension != second.Dimension)
        {
            throw new ArgumentException(
                $"The {firstName} have {first.Dimension} columns and the {secondName} {second.Dimension}: they are not of one shared "
                    + "embedding space.");
        }
    }

    public static void Unit(EmbeddingMatrix matrix, string what)
    {
        for (int row = 0; row < matrix.Count; row++)
        {
            double norm = Math.Sqrt(DotProducts.Of(matrix[row], matrix[row]));
            if (Math.Abs(norm - 1) > UnitTolerance)
                throw new ArgumentException($"Row {row} of the {what} has length {norm:G4}, not 1: normalise the embeddings first.");
        }
    }

    public static void Labels(int[] labels, int count, int classes, string what)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length != count)
            throw new ArgumentException($"There are {labels.Length} labels for {count} {what}.");
        int bad = Array.FindIndex(labels, label => (uint)label >= (uint)classes);
        if (bad >= 0)
            throw new ArgumentException($"Label {labels[bad]} of row {bad} of the {what} is not between 0 and {classes - 1}.");
    }
}
