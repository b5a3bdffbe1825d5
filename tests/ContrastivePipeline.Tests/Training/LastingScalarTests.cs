using System.Reflection;
using TorchSharp;

namespace ContrastivePipeline.Tests.Training;

/// <summary>Searches compiled code for operations of TorchSharp that hand native code a number which a garbage collection may free meanwhile.</summary>
public sealed class LastingScalarTests
{
    private static readonly HashSet<MethodBase> Unsafe = FindUnsafe();

    [Fact]
    public void The_search_knows_the_operations_in_question()
    {
        foreach (var name in new[] { "add", "op_Addition", "op_Multiply", "square" })
            Assert.Contains(Unsafe, m => m.DeclaringType == typeof(torch.Tensor) && m.Name == name);
        Assert.DoesNotContain(Unsafe, m => m.DeclaringType == typeof(torch.Tensor) && m.Name is "matmul" or "mul" or "sub");
    }

    [Theory]
    [InlineData(typeof(LastingScalar))]
    [InlineData(typeof(Trainer))]
    [InlineData(typeof(TrainedModel))]
    public void No_code_of_ours_uses_them(Type inAssembly)
    {
        var uses = from method in CompiledCode.MethodsOf(inAssembly.Assembly)
                   from called in CompiledCode.CallsOf(method).Select(c => c.Method)
                   where Unsafe.Contains(called) || IsConversion(called)
                   where method.DeclaringType != typeof(LastingScalar) && method.DeclaringType?.DeclaringType != typeof(LastingScalar)
                   select $"{method.DeclaringType}.{method.Name} → {called.DeclaringType?.Name}.{called.Name}";
        Assert.Empty(uses.Distinct());
    }

    private static HashSet<MethodBase> FindUnsafe()
    {
        var calls = CompiledCode.MethodsOf(typeof(torch).Assembly)
            .Select(m => (Method: m, Calls: CompiledCode.CallsOf(m).Select(c => c.Method).ToArray())).ToArray();
        HashSet<MethodBase> found = [.. calls.Where(c => c.Calls.Any(IsConversion)).Select(c => c.Method)];
        while (calls.Where(c => !found.Contains(c.Method) && c.Calls.Any(found.Contains)).Select(c => c.Method)
            .ToArray() is { Length: > 0 } callers)
        {
            found.UnionWith(callers);
        }

        return found;
    }

    private static bool IsConversion(MethodBase method) =>
        (method.DeclaringType == typeof(Scalar) && method.Name == "op_Implicit")
        || (method.DeclaringType == typeof(ScalarExtensionMethods) && method.Name is "ToScalar" or "ToFloat16Scalar" or "ToBFloat16Scalar");
}
