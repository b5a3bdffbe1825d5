using System.Diagnostics;

namespace ContrastivePipeline.Benchmarks.Measuring;

/// <summary>What one repetition cost.</summary>
/// <param name="Cpu">Seconds of processor time of the process that did the work, all its threads together.</param>
/// <param name="Wall">Seconds on the clock.</param>
internal readonly record struct Sample(double Cpu, double Wall)
{
    /// <summary>Runs something once and measures it.</summary>
    public static async Task<Sample> OfAsync(Func<Task> work)
    {
        // What the repetition before left behind is not this one's to clear.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.GetTimestamp();
        await work();
        return new Sample((Environment.CpuUsage.TotalTime - cpu).TotalSeconds, Stopwatch.GetElapsedTime(clock).TotalSeconds);
    }

    /// <summary>Medians of processor time and of clock time, each by itself.</summary>
    public static Sample Median(IReadOnlyCollection<Sample> samples) =>
        new(Middle(samples.Select(s => s.Cpu)), Middle(samples.Select(s => s.Wall)));

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
