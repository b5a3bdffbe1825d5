using System.Reflection;

namespace ContrastivePipeline.Tests.Training;

/// <summary>What compiled code calls, for tests that forbid some calls.</summary>
internal static class CompiledCode
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<MethodBase> MethodsOf(Assembly assembly) =>
        assembly.GetTypes().SelectMany(t => t.GetMethods(Declared).Cast<MethodBase>().Concat(t.GetConstructors(Declared)));

    /// <summary>
    /// What follows every call instruction's byte and is a method: a superset of the methods that are called, each with the place of
    /// its instruction.
    /// </summary>
    public static IEnumerable<(MethodBase Method, int At)> CallsOf(MethodBase method)
    {
        var code = CodeOf(method);
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
            catch (Exception notAMethod) when (
                notAMethod is ArgumentException or BadImageFormatException or TypeLoadException or FileNotFoundException)
            {
                // The bytes were an operand of something else.
                continue;
            }
            if (called is not null)
                yield return (called, i);
        }
    }

    public static byte[] CodeOf(MethodBase method) => method.GetMethodBody()?.GetILAsByteArray() ?? [];
}
