using System.Reflection;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Which program made something.</summary>
public static class ProgramVersion
{
    /// <summary>Version and, in a build from a git checkout, the commit.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
