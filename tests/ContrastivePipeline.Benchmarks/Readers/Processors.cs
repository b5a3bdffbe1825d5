using System.Globalization;

namespace ContrastivePipeline.Benchmarks.Readers;

/// <summary>Processor time in seconds, from Linux's <c>/proc</c>.</summary>
internal static class Processors
{
    private const double TicksASecond = 100;

    /// <summary>What a process has used so far, or one of its threads.</summary>
    /// <param name="folder">For example <c>/proc/123</c>.</param>
    public static double SecondsOf(string folder)
    {
        try
        {
            // The name in brackets may hold anything; what follows it does not.
            var fields = File.ReadAllText($"{folder}/stat").Split(") ")[^1].Split(' ');
            return (Number(fields[11]) + Number(fields[12])) / TicksASecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>What the threads of a process with such names have used so far.</summary>
    public static double SecondsOfThreads(int process, string name) => Directory.EnumerateDirectories($"/proc/{process}/task")
        .Where(thread => File.ReadAllText($"{thread}/comm").StartsWith(name, StringComparison.Ordinal)).Sum(SecondsOf);

    /// <summary>What all processes of the machine have used so far.</summary>
    public static double SecondsOfMachine()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(Number).ToArray();
        return (ticks.Sum() - ticks[3] - ticks[4]) / TicksASecond;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
