namespace ContrastivePipeline.Benchmarks.Readers;

/// <summary><c>readers</c>: a run trains alone, then with 50 readers of its server; what they cost it.</summary>
internal static class ReadersCommand
{
    private const int Readers = 50;
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    /// <summary>Runs and prints it: about six minutes. Linux only.</summary>
    /// <returns>0 when there was no error and the run lost no more cores than the readers used, else 1.</returns>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(Machine.Describe());
        await using var run = await ServedRun.StartAsync(cancellationToken);
        Console.WriteLine("| minute                     | steps/s | steps/CPU-s | training | server | Azurite | readers | others | "
            + "answers/s | MB/s | median | 99 % | errors |");
        Console.WriteLine("| -------------------------- | ------: | ----------: | -------: | -----: | ------: | ------: | -----: | "
            + "--------: | ---: | -----: | ---: | -----: |");
        var faults = 0;
        foreach (var (name, pause) in new[] { ($"{Readers} readers, 1 s between", TimeSpan.FromSeconds(1)),
            ($"{Readers} readers, no pause", TimeSpan.Zero) })
        {
            var alone = await AloneAsync(run, cancellationToken);
            var pool = new ReaderPool(run.Url, Readers, pause);
            var with = await Window.WatchAsync(run, () => ReadAsync(pool, cancellationToken), cancellationToken);
            Write(name, with, pool);
            var after = await AloneAsync(run, cancellationToken);
            faults += Judge(alone, with, after, pool);
        }
        Console.WriteLine($"Load average at the end: {Machine.Load()}");
        return faults == 0 ? 0 : 1;
    }

    private static async Task<Window> AloneAsync(ServedRun run, CancellationToken cancellationToken)
    {
        var alone = await Window.WatchAsync(run, () => Task.Delay(Length, cancellationToken), cancellationToken);
        Write("alone", alone, null);
        return alone;
    }

    private static async Task ReadAsync(ReaderPool pool, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Length);
        await pool.ReadAsync(stop.Token);
    }

    private static void Write(string name, Window w, ReaderPool? pool) => Console.WriteLine(
        $"| {name,-26} | {w.StepsASecond,7:0.0} | {w.StepsACpuSecond,11:0.0} | {w.Training,8:0.00} | {w.Answering,6:0.00} | "
        + $"{w.Store,7:0.00} | {w.Asking,7:0.00} | {w.Others,6:0.00} | "
        + (pool is null ? "          |      |        |      |        |"
            : $"{pool.Answers / Length.TotalSeconds,9:0} | {pool.Bytes / Length.TotalSeconds / 1e6,4:0} | {pool.Quantile(0.5),3:0} ms | "
                + $"{pool.Quantile(0.99),4:0} | {pool.Errors.Count,6} |"));

    private static int Judge(Window before, Window with, Window after, ReaderPool pool)
    {
        var speed = (before.StepsASecond + after.StepsASecond) / 2;
        var cores = (before.Training + after.Training) / 2;
        var lost = cores * (1 - with.StepsASecond / speed);
        Console.WriteLine($"Lost: {lost:0.00} of {cores:0.00} cores' training; the readers used {with.Reading:0.00} cores on all sides. "
            + $"{pool.Answers} answers, {pool.Errors.Count} errors.");
        foreach (var error in pool.Errors.Distinct().Take(5))
            Console.WriteLine($"  {error}");
        return pool.Errors.Count + (lost <= with.Reading ? 0 : 1);
    }
}
