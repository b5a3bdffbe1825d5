using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ContrastivePipeline.Evaluation;

/// <summary>Dot products in double precision. Every pair is summed in the same eight lanes in the same order, whatever the block, the
/// thread, the array's alignment or the processor: equal rows give equal products, and a tie is a tie everywhere. (The product of two
/// floats is exact in double, so fused and unfused multiply-add agree as well.)</summary>
internal static class DotProducts
{
    private const int Lanes = 8, LeftRows = 32, RightRows = 256;

    /// <summary>Receives the products of left rows <c>leftStart…</c> with right rows <c>rightStart…</c>, row-major.</summary>
    public delegate void Visitor(int leftStart, int leftCount, int rightStart, int rightCount, ReadOnlySpan<double> products);

    /// <summary>Visits all products block by block: blocks of left rows in parallel, and for each of them the right rows in order, so that
    /// the state of a left row is used by one thread at a time.</summary>
    public static void Visit(EmbeddingMatrix left, EmbeddingMatrix right, Visitor visit)
    {
        int width = (left.Dimension + Lanes - 1) / Lanes;
        Parallel.For(
            0, (left.Count + LeftRows - 1) / LeftRows,
            () => new Buffers(
                new Vector512<double>[LeftRows * width], new Vector512<double>[RightRows * width], new double[LeftRows * RightRows]),
            (block, _, buffers) =>
            {
                int leftStart = block * LeftRows;
                VisitBlock(left, leftStart, Math.Min(LeftRows, left.Count - leftStart), right, width, buffers, visit);
                return buffers;
            },
            _ => { });
    }

    /// <summary>One product, equal to the last bit to what <see cref="Visit"/> gives.</summary>
    public static double Of(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = Vector512<double>.Zero;
        Span<double> tail = stackalloc double[2 * Lanes];
        for (int i = 0; i < left.Length; i += Lanes)
        {
            int count = Math.Min(Lanes, left.Length - i);
            tail.Clear();
            for (int lane = 0; lane < count; lane++)
            {
                tail[lane] = left[i + lane];
                tail[Lanes + lane] = right[i + lane];
            }

            sum += Vector512.Create<double>(tail[..Lanes]) * Vector512.Create<double>(tail[Lanes..]);
        }

        return Sum(sum);
    }

    private static void VisitBlock(
        EmbeddingMatrix left, int leftStart, int leftCount, EmbeddingMatrix right, int width, Buffers buffers, Visitor visit)
    {
        Widen(left, leftStart, leftCount, buffers.Left);
        for (int rightStart = 0; rightStart < right.Count; rightStart += RightRows)
        {
            int rightCount = Math.Min(RightRows, right.Count - rightStart);
            Widen(right, rightStart, rightCount, buffers.Right);
            for (int row = 0; row < leftCount; row++)
                Row(buffers.Left.AsSpan(row * width, width), buffers.Right, buffers.Products.AsSpan(row * rightCount, rightCount));
            visit(leftStart, leftCount, rightStart, rightCount, buffers.Products.AsSpan(0, leftCount * rightCount));
        }
    }

    private static void Row(ReadOnlySpan<Vector512<double>> left, ReadOnlySpan<Vector512<double>> rights, Span<double> products)
    {
        int width = left.Length;
        int row = 0;
        // Four at a time: a row of the left block is loaded once for four sums.
        for (; row + 4 <= products.Length; row += 4)
        {
            var first = rights.Slice(row * width, width);
            var second = rights.Slice((row + 1) * width, width);
            var third = rights.Slice((row + 2) * width, width);
            var fourth = rights.Slice((row + 3) * width, width);
            Vector512<double> a = default, b = default, c = default, d = default;
            for (int i = 0; i < left.Length; i++)
            {
                var value = left[i];
                a = Vector512.MultiplyAddEstimate(value, first[i], a);
                b = Vector512.MultiplyAddEstimate(value, second[i], b);
                c = Vector512.MultiplyAddEstimate(value, third[i], c);
                d = Vector512.MultiplyAddEstimate(value, fourth[i], d);
            }

            products[row] = Sum(a);
            products[row + 1] = Sum(b);
            products[row + 2] = Sum(c);
            products[row + 3] = Sum(d);
        }

        for (; row < products.Length; row++)
        {
            var right = rights.Slice(row * width, width);
            Vector512<double> sum = default;
            for (int i = 0; i < left.Length; i++)
                sum = Vector512.MultiplyAddEstimate(left[i], right[i], sum);
            products[row] = Sum(sum);
        }
    }

    private static double Sum(Vector512<double> lanes)
    {
        var half = lanes.GetLower() + lanes.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        return quarter[0] + quarter[1];
    }

    private static void Widen(EmbeddingMatrix matrix, int start, int count, Vector512<double>[] lanes)
    {
        int width = (matrix.Dimension + Lanes - 1) / Lanes;
        var doubles = MemoryMarshal.Cast<Vector512<double>, double>(lanes.AsSpan());
        for (int row = 0; row < count; row++)
        {
            var target = doubles.Slice(row * width * Lanes, width * Lanes);
            var source = matrix[start + row];
            for (int i = 0; i < source.Length; i++)
                target[i] = source[i];
            target[source.Length..].Clear();
        }
    }

    /// <summary>Buffers that a thread reuses from block to block.</summary>
    private sealed record Buffers(Vector512<double>[] Left, Vector512<double>[] Right, double[] Products);
}
