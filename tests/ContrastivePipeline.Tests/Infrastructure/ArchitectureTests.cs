using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>The direction between projects and the absence of cycles between namespaces, read from the compiled assemblies.</summary>
public sealed class ArchitectureTests
{
    /// <summary>Every project with those that it may refer to, from the bottom up.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Storage"] = [],
        ["Evaluation"] = [],
        ["Data"] = ["Storage"],
        ["Modeling"] = ["Storage"],
        ["Reporting"] = ["Data", "Evaluation", "Storage"],
        ["Training"] = ["Data", "Modeling", "Storage"],
        ["Workflow"] = ["Data", "Evaluation", "Modeling", "Reporting", "Storage", "Training"],
        ["Observability"] = ["Storage", "Training", "Workflow"],
        ["Web"] = ["Data", "Evaluation", "Reporting", "Storage", "Training", "Workflow"],
    };

    // It lists the commands, and they use what it has: the one circle that is meant.
    private const string CommandLine = "ContrastivePipeline.Cli";

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_below_it(string project)
    {
        using var assembly = Read($"ContrastivePipeline.{project}.dll");
        var used = assembly.MainModule.AssemblyReferences.Select(r => r.Name)
            .Where(name => name.StartsWith("ContrastivePipeline.", StringComparison.Ordinal))
            .Select(name => name["ContrastivePipeline.".Length..]);
        Assert.Empty(used.Except(Allowed[project]));
    }

    [Theory]
    [InlineData("Data")]
    [InlineData("Evaluation")]
    [InlineData("Reporting")]
    public void Data_evaluation_and_reporting_never_see_torch(string project)
    {
        using var assembly = Read($"ContrastivePipeline.{project}.dll");
        Assert.DoesNotContain(assembly.MainModule.AssemblyReferences, r => r.Name.Contains("Torch", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Namespaces_have_no_cycles()
    {
        var uses = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "ContrastivePipeline.*.dll")
            .Where(file => !Path.GetFileName(file).Contains(".Tests", StringComparison.Ordinal))
            .Append(Path.Combine(AppContext.BaseDirectory, "contrastive.dll")))
        {
            using var assembly = Read(Path.GetFileName(file));
            foreach (var type in assembly.MainModule.GetAllTypes().Where(t => Outer(t).Namespace is { Length: > 0 }))
            {
                var space = Outer(type).Namespace;
                var found = uses.TryGetValue(space, out var known) ? known : uses[space] = new(StringComparer.Ordinal);
                found.UnionWith(Referenced(type)
                    .Where(n => n != space && n != CommandLine && n.StartsWith("ContrastivePipeline.", StringComparison.Ordinal)));
            }
        }
        Assert.Empty(uses.Keys.Where(space => Reachable(uses, space).Contains(space)).Order(StringComparer.Ordinal));
        // The test sees something.
        Assert.Contains("ContrastivePipeline.Workflow.Runs", uses["ContrastivePipeline.Workflow.Control"]);
        Assert.Contains("ContrastivePipeline.Cli.Output", uses.Keys);
    }

    private static AssemblyDefinition Read(string file) => AssemblyDefinition.ReadAssembly(Path.Combine(AppContext.BaseDirectory, file));

    private static TypeReference Outer(TypeReference type) => type.DeclaringType is { } outer ? Outer(outer) : type;

    private static HashSet<string> Reachable(Dictionary<string, HashSet<string>> uses, string from)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(uses[from]);
        while (open.TryPop(out var space))
        {
            if (seen.Add(space) && uses.TryGetValue(space, out var next))
            {
                foreach (var one in next)
                    open.Push(one);
            }
        }
        return seen;
    }

    private static IEnumerable<string> Referenced(TypeDefinition type)
    {
        var types = new List<TypeReference?> { type.BaseType };
        types.AddRange(type.Interfaces.Select(i => i.InterfaceType));
        types.AddRange(type.Fields.Select(f => f.FieldType));
        types.AddRange(type.CustomAttributes.Select(a => a.AttributeType));
        foreach (var method in type.Methods)
        {
            types.Add(method.ReturnType);
            types.AddRange(method.Parameters.Select(p => p.ParameterType));
            if (!method.HasBody)
                continue;
            types.AddRange(method.Body.Variables.Select(v => v.VariableType));
            foreach (var operand in method.Body.Instructions.Select(i => i.Operand))
            {
                types.Add(operand switch
                {
                    TypeReference used => used,
                    MemberReference member => member.DeclaringType,
                    _ => null,
                });
            }
        }
        return types.OfType<TypeReference>().SelectMany(Parts).Select(t => Outer(t).Namespace ?? "");
    }

    /// <summary>A type and the types it is built from: elements of arrays, arguments of generics.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        FunctionPointerType => [],
        TypeSpecification built => Parts(built.ElementType),
        _ => [type],
    };
}
