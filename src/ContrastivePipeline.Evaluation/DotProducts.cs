using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ContrastivePipeline.Evaluation;

/// <summary>Dot products in double precision. Every pair is summed in the same eight lanes in the same order, whatever the tile, the
/// thread, the array's alignment or the processor: equal rows give equal products, and a tie is a tie everywhere. (The product of two
/// floats is exact in double, so fused and unfused multiply-add agree as well.)</summary>
internal static class DotProducts
{
    private const int Lanes = 8;

    /// <summary>Receives a tile of products.</summary>
    public delegate void TileVisitor(Tile tile);

    /// <summary>Visits all products tile by tile. Tiles of one anti-diagonal are visited in parallel, one anti-diagonal after the other:
    /// what a visitor keeps for a left or a right row is used by one thread at a time, and in the order of the rows on the other side. So
    /// neither the tiling nor the number of threads changes a sum.</summary>
    public static void Visit<T>(Rows<float> left, Rows<T> right, TileVisitor visit, Tiling? tiling = null)
        where T : struct, INumber<T> => VisitTiles(left, right, false, visit, tiling ?? Tiling.Default);

    /// <summary>As <see cref="Visit{T}"/>, for the products of a set with itself: only tiles that hold a pair with the right row
    /// after the left one or on it.</summary>
    public static void VisitHalf(Rows<float> set, TileVisitor visit, Tiling? tiling = null) =>
        VisitTiles(set, set, true, visit, tiling ?? Tiling.Default);

    /// <summary>One product, equal to the last bit to what <see cref="Visit{T}"/> gives.</summary>
    public static double Of<T>(ReadOnlySpan<float> left, ReadOnlySpan<T> right)
        where T : struct, INumber<T>
    {
        int width = Width(left.Length);
        double[] rows = ArrayPool<double>.Shared.Rent(2 * width);
        Widen(left, rows.AsSpan(0, width));
        Widen(right, rows.AsSpan(width, width));
        var sum = Vector512<double>.Zero;
        ref double first = ref MemoryMarshal.GetArrayDataReference(rows);
        for (nuint i = 0; i < (nuint)width; i += Lanes)
            sum = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref first, i), Vector512.LoadUnsafe(ref first, i + (nuint)width), sum);
        ArrayPool<double>.Shared.Return(rows);
        return Sum(sum);
    }

    private static void VisitTiles<T>(Rows<float> left, Rows<T> right, bool half, TileVisitor visit, Tiling tiling)
        where T : struct, INumber<T>
    {
        int side = tiling.Side, width = Width(left.Dimension);
        int lefts = (left.Count + side - 1) / side, rights = (right.Count + side - 1) / side;
        var free = new ConcurrentBag<TileBuffers>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = tiling.Threads };
        for (int diagonal = 0; diagonal < lefts + rights - 1; diagonal++)
        {
            int at = diagonal, last = Math.Min(half ? at / 2 : at, lefts - 1);
            Parallel.For(Math.Max(0, at - rights + 1), last + 1, options, block =>
            {
                var buffers = free.TryTake(out var used) ? used : new TileBuffers(side, width);
                var (leftStart, rightStart) = (block * side, (at - block) * side);
                int leftCount = Math.Min(side, left.Count - leftStart), rightCount = Math.Min(side, right.Count - rightStart);
                Widen(left, leftStart, leftCount, buffers.Left, width);
                Widen(right, rightStart, rightCount, buffers.Right, width);
                Multiply(ref buffers.Left[0], ref buffers.Right[0], buffers.Products, side, width);
                visit(new(leftStart, leftCount, rightStart, rightCount, buffers.Products, side));
                free.Add(buffers);
            });
        }
    }

    // Two rows by four at a time: six loads for eight sums. Rows beyond the counts hold what was there before, and nobody looks.
    private static void Multiply(ref double lefts, ref double rights, Span<double> products, int side, int width)
    {
        nuint second = (nuint)width, third = 2 * second, fourth = 3 * second;
        for (int j = 0; j < side; j += 4)
        {
            ref double right = ref Unsafe.Add(ref rights, j * width);
            for (int i = 0; i < side; i += 2)
            {
                ref double left = ref Unsafe.Add(ref lefts, i * width);
                Vector512<double> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
                for (nuint k = 0; k < second; k += Lanes)
                {
                    var (x, y) = (Vector512.LoadUnsafe(ref left, k), Vector512.LoadUnsafe(ref left, k + second));
                    var z = Vector512.LoadUnsafe(ref right, k);
                    (a, e) = (Vector512.MultiplyAddEstimate(x, z, a), Vector512.MultiplyAddEstimate(y, z, e));
                    z = Vector512.LoadUnsafe(ref right, k + second);
                    (b, f) = (Vector512.MultiplyAddEstimate(x, z, b), Vector512.MultiplyAddEstimate(y, z, f));
                    z = Vector512.LoadUnsafe(ref right, k + third);
                    (c, g) = (Vector512.MultiplyAddEstimate(x, z, c), Vector512.MultiplyAddEstimate(y, z, g));
                    z = Vector512.LoadUnsafe(ref right, k + fourth);
                    (d, h) = (Vector512.MultiplyAddEstimate(x, z, d), Vector512.MultiplyAddEstimate(y, z, h));
                }

                Store(products.Slice((i * side) + j, 4), a, b, c, d);
                Store(products.Slice(((i + 1) * side) + j, 4), e, f, g, h);
            }
        }
    }

    private static void Store(
        Span<double> products, Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d) =>
        (products[0], products[1], products[2], products[3]) = (Sum(a), Sum(b), Sum(c), Sum(d));

    private static double Sum(Vector512<double> lanes)
    {
        var half = lanes.GetLower() + lanes.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        return quarter[0] + quarter[1];
    }

    private static int Width(int dimension) => (dimension + Lanes - 1) / Lanes * Lanes;

    private static void Widen<T>(Rows<T> rows, int start, int count, Span<double> target, int width)
        where T : struct, INumber<T>
    {
        for (int row = 0; row < count; row++)
            Widen(rows[start + row], target.Slice(row * width, width));
    }

    private static void Widen<T>(ReadOnlySpan<T> row, Span<double> target)
        where T : struct, INumber<T>
    {
        TensorPrimitives.ConvertTruncating(row, target);
        target[row.Length..].Clear();
    }
}

/// <summary>How products are cut into tiles; changes no number.</summary>
/// <param name="Side">Rows of a tile on either side, a multiple of four.</param>
/// <param name="Threads">At most so many at once; −1 for as many as there are processors.</param>
internal readonly record struct Tiling(int Side, int Threads)
{
    /// <summary>Two sides of 512 columns fill half of a megabyte, which a core's second cache holds.</summary>
    public static Tiling Default { get; } = new(64, -1);
}

/// <summary>Products of left rows <c>LeftStart…</c> with right rows <c>RightStart…</c>.</summary>
internal readonly ref struct Tile(int leftStart, int leftCount, int rightStart, int rightCount, ReadOnlySpan<double> products, int stride)
{
    private readonly ReadOnlySpan<double> _products = products;

    public int LeftStart => leftStart;

    public int LeftCount => leftCount;

    public int RightStart => rightStart;

    public int RightCount => rightCount;

    /// <summary>The products of one of its left rows, counted from 0 within the tile, [RightCount].</summary>
    public ReadOnlySpan<double> this[int left] => _products.Slice(left * stride, rightCount);
}

/// <summary>What a thread computes a tile in: aligned to cache lines, because a load across two costs twice.</summary>
internal sealed class TileBuffers(int side, int width)
{
    private const int Line = 8;

    private readonly double[] _left = Pinned(side * width), _right = Pinned(side * width);

    public Span<double> Left => Aligned(_left);

    public Span<double> Right => Aligned(_right);

    public double[] Products { get; } = new double[side * side];

    private static double[] Pinned(int length) => GC.AllocateArray<double>(length + Line, pinned: true);

    private static Span<double> Aligned(double[] pinned)
    {
        long beyond = Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0) / sizeof(double) % Line;
        return pinned.AsSpan((int)((Line - beyond) % Line), pinned.Length - Line);
    }
}
