using System.Runtime.InteropServices;

namespace ContrastivePipeline.Benchmarks.Measuring;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    private const string ProcessorFile = "/proc/cpuinfo";
    private const string LoadFile = "/proc/loadavg";

    /// <summary>One line: processor, cores, system, runtime, load.</summary>
    public static string Describe() =>
        $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; "
        + $"load average {Load()}; {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC";

    /// <summary>Processes that wanted to run in the last 1, 5 and 15 minutes; above the number of cores, the machine was busy.</summary>
    public static string Load() =>
        File.Exists(LoadFile) ? string.Join(' ', File.ReadAllText(LoadFile).Split(' ')[..3]) : "unknown on this system";

    private static string Processor()
    {
        var name = File.Exists(ProcessorFile)
            ? File.ReadLines(ProcessorFile)
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
        return name ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
