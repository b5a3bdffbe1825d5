using System.Diagnostics;

namespace ContrastivePipeline.Benchmarks.Readers;

/// <summary>What happened in a stretch of time: how fast the run trained, and who used how many cores.</summary>
/// <param name="StepsASecond">Training steps a second.</param>
/// <param name="StepsACpuSecond">Training steps a second of processor time of the threads that train: does not care how busy the machine is.</param>
/// <param name="Training">Cores that the training threads used.</param>
/// <param name="Answering">Cores that the rest of the server used.</param>
/// <param name="Store">Cores that Azurite used.</param>
/// <param name="Asking">Cores that the readers used.</param>
/// <param name="Others">Cores that programs which are none of ours used.</param>
internal sealed record Window(
    double StepsASecond, double StepsACpuSecond, double Training, double Answering, double Store, double Asking, double Others)
{
    private const string TrainingThreads = "train";

    /// <summary>Cores that the readers cost, on all sides.</summary>
    public double Reading => Answering + Store + Asking;

    /// <summary>Watches while something continues.</summary>
    public static async Task<Window> WatchAsync(ServedRun run, Func<Task> meanwhile, CancellationToken cancellationToken)
    {
        var before = await GetStatusAsync(run, cancellationToken);
        await meanwhile();
        var after = await GetStatusAsync(run, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds;
        double Cores(Func<Look, double> of) => (of(after) - of(before)) / seconds;
        var steps = after.Steps - before.Steps;
        return new Window(
            steps / seconds, steps / (after.Training - before.Training), Cores(l => l.Training), Cores(l => l.Server - l.Training),
            Cores(l => l.Store), Cores(l => l.Own), Cores(l => l.Machine - l.Server - l.Store - l.Own));
    }

    private static async Task<Look> GetStatusAsync(ServedRun run, CancellationToken cancellationToken)
    {
        // Reported once a second: what is reported now happened a moment ago, before and after alike.
        var steps = await run.StepsAsync(cancellationToken);
        return new Look(
            Stopwatch.GetTimestamp(), steps, Processors.SecondsOfThreads(run.ServerId, TrainingThreads),
            Processors.SecondsOf($"/proc/{run.ServerId}"),
            Processors.SecondsOf($"/proc/{run.StoreId}"), Processors.SecondsOf("/proc/self"), Processors.SecondsOfMachine());
    }

    private sealed record Look(long At, long Steps, double Training, double Server, double Store, double Own, double Machine);
}
