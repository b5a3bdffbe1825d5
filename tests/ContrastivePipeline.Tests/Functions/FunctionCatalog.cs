using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>The app's functions, found by their attributes.</summary>
internal static class FunctionCatalog
{
    public static IReadOnlyList<Function> Methods { get; } =
    [
        .. typeof(WorkflowOrchestrations).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
            .Select(method => new Function(method.GetCustomAttribute<FunctionAttribute>()!.Name, method)),
    ];

    internal sealed record Function(string Name, MethodInfo Method)
    {
        public bool Has<TAttribute>()
            where TAttribute : Attribute => Method.GetParameters().Any(parameter => parameter.IsDefined(typeof(TAttribute)));
    }
}
