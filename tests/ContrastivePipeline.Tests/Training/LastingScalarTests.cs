using System.Reflection;
using ContrastivePipeline.Modeling.Native;
using ContrastivePipeline.Training;
using ContrastivePipeline.Workflow.Reproduction;
using TorchSharp;

namespace ContrastivePipeline.Tests.Training;

/// <summary>Searches compiled code for operations of TorchSharp that hand native code a number which a garbage collection may free meanwhile.</summary>
public sealed class LastingScalarTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly HashSet<MethodBase> s_unsafe = FindUnsafe();

    [Fact]
    public void The_search_knows_the_operations_in_question()
    {
        foreach (var name in new[] { "add", "op_Addition", "op_Multiply", "square" })
            Assert.Contains(s_unsafe, m => m.DeclaringType == typeof(torch.Tensor) && m.Name == name);
        Assert.DoesNotContain(s_unsafe, m => m.DeclaringType == typeof(torch.Tensor) && m.Name is "matmul" or "mul" or "sub");
    }

    [Theory]
    [InlineData(typeof(LastingScalar))]
    [InlineData(typeof(Trainer))]
    [InlineData(typeof(TrainedModel))]
    public void No_code_of_ours_uses_them(Type inAssembly)
    {
        var uses = from method in Methods(inAssembly.Assembly)
                   from called in Calls(method)
                   where s_unsafe.Contains(called) || IsConversion(called)
                   where method.DeclaringType != typeof(LastingScalar) && method.DeclaringType?.DeclaringType != typeof(LastingScalar)
                   select $"{method.DeclaringType}.{method.Name} → {called.DeclaringType?.Name}.{called.Name}";
        Assert.Empty(uses.Distinct());
    }

    private static HashSet<MethodBase> FindUnsafe()
    {
        var calls = Methods(typeof(torch).Assembly).Select(m => (Method: m, Calls: Calls(m).ToArray())).ToArray();
        HashSet<MethodBase> found = [.. calls.Where(c => c.Calls.Any(IsConversion)).Select(c => c.Method)];
        while (calls.Where(c => !found.Contains(c.Method) && c.Calls.Any(found.Contains)).Select(c => c.Method).ToArray() is { Length: > 0 } callers)
            found.UnionWith(callers);
        return found;
    }

    private static bool IsConversion(MethodBase method) =>
        (method.DeclaringType == typeof(Scalar) && method.Name == "op_Implicit")
        || (method.DeclaringType == typeof(ScalarExtensionMethods) && method.Name is "ToScalar" or "ToFloat16Scalar" or "ToBFloat16Scalar");

    private static IEnumerable<MethodBase> Methods(Assembly assembly) =>
        assembly.GetTypes().SelectMany(t => t.GetMethods(Declared).Cast<MethodBase>().Concat(t.GetConstructors(Declared)));

    /// <summary>What follows every call instruction's byte and is a method: a superset of the methods that are called.</summary>
    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] is not (0x28 or 0x6F) || (code[i + 4] is not (0x06 or 0x0A or 0x2B)))
                continue;
            MethodBase? called = null;
            try
            {
                var type = method.DeclaringType is { IsGenericType: true } t ? t.GetGenericArguments() : null;
                called = method.Module.ResolveMethod(
                    BitConverter.ToInt32(code, i + 1), type, method.IsGenericMethod ? method.GetGenericArguments() : null);
            }
            catch (Exception notAMethod) when (notAMethod is ArgumentException or BadImageFormatException or TypeLoadException or FileNotFoundException)
            {
                // The bytes were an operand of something else.
                continue;
            }
            if (called is not null)
                yield return called;
        }
    }
}
