using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Native;

/// <summary>Numbers in tensor arithmetic that live as long as the process. TorchSharp turns <c>x * 2</c> into a temporary native number,
/// and <c>x + y</c> into <c>x + 1·y</c>, and keeps nothing alive while native code reads it: a garbage collection at that moment frees it,
/// and the operation reads freed memory. That fails at best and computes something else at worst. No code of ours lets TorchSharp make such
/// temporaries: numbers come from here, sums are <see cref="Plus"/>. A test searches the compiled code for the operations that make
/// them.</summary>
public static class LastingScalar
{
    private static readonly ConcurrentDictionary<double, Scalar> Scalars = new();
    private static readonly Scalar One = 1.0.ToScalar();
    private static readonly Scalar IntegerOne = 1L.ToScalar();

    /// <summary>The number, for as long as the process lives; for constants and settings, not for values that change by the step.</summary>
    public static Scalar Of(double value) => Scalars.GetOrAdd(value, v => v.ToScalar());

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.add(b, One);
    }

    /// <summary>a becomes a + b.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.add_(b, One);
    }

    /// <summary>a becomes a + 1.</summary>
    public static Tensor Increment(this Tensor a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.add_(IntegerOne, IntegerOne);
    }
}
