namespace ContrastivePipeline.Benchmarks.Readers;

/// <summary>Processor time of processes of this machine, from <c>/proc</c>.</summary>
internal static class Processors
{
    private const double TicksASecond = 100;

    /// <summary>Processor time so far of a process, user and system, and of the processes it waited for.</summary>
    public static double SecondsOf(int process)
    {
        try
        {
            // The name in brackets may hold anything; what follows it does not.
            var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
            return (double.Parse(fields[11]) + double.Parse(fields[12])) / TicksASecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Processor time that the whole machine has used, and what it has had in all.</summary>
    public static (double Busy, double All) OfMachine()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(double.Parse).ToArray();
        var idle = ticks[3] + ticks[4];
        return ((ticks.Sum() - idle) / TicksASecond, ticks.Sum() / TicksASecond);
    }
}
