using System.Collections.Concurrent;
using TorchSharp;

namespace ContrastivePipeline.Modeling.Native;

/// <summary>
/// Numbers in tensor arithmetic that live as long as the process. TorchSharp turns <c>x * 2</c> into a temporary native number and keeps
/// nothing alive while native code reads it: a garbage collection at that moment frees it, and the operation reads freed memory. It happens
/// once in a million operations, fails at best and computes something else at worst. So no code here lets TorchSharp make such temporaries.
/// </summary>
public static class LastingScalar
{
    private static readonly ConcurrentDictionary<double, Scalar> s_scalars = new();

    /// <summary>The number, for as long as the process lives; for constants and settings, not for values that change by the step.</summary>
    public static Scalar Of(double value) => s_scalars.GetOrAdd(value, v => v.ToScalar());
}
