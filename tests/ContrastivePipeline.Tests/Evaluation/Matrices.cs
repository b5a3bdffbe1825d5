namespace ContrastivePipeline.Tests.Evaluation;

internal static class Matrices
{
    public static EmbeddingMatrix Of(GoldenCase golden, string tensor)
    {
        long[] shape = golden.Tensors[tensor].Shape;
        int dimension = (int)shape[^1];
        float[] values = golden.Floats(tensor);
        return new(values, values.Length / dimension, dimension);
    }

    public static EmbeddingMatrix Of(params float[][] rows) => new([.. rows.SelectMany(row => row)], rows.Length, rows[0].Length);

    /// <summary>Rows drawn evenly from the unit sphere.</summary>
    public static EmbeddingMatrix Random(int count, int dimension, int seed)
    {
        var random = new Random(seed);
        float[] values = new float[count * dimension];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        return new EmbeddingMatrix(values, count, dimension).Normalized();
    }
}
