using TorchSharp;

namespace ContrastivePipeline.Benchmarks;

/// <summary><c>[train] [media] [prepare] [refresh] [store] [tokenize] [evaluate] [--json FILE]</c>: measures what is named, or everything.
/// </summary>
internal static class SpeedCommand
{
    private const string Usage =
        "Usage: [train] [media] [prepare] [refresh] [store] [tokenize] [evaluate] [--json FILE]   "
        + "speed, beside a peer where there is one\n       "
        + "kills N [EXPERIMENT]                                                        resume, after N SIGKILLs";

    private static readonly IBenchmark[] Benchmarks =
        [new TrainBenchmark(), new MediaBenchmark(), new PrepareBenchmark(), new RefreshBenchmark(), new StoreBenchmark(),
            new TokenizeBenchmark(), new EvaluateBenchmark()];

    public static async Task<int> RunAsync(string[] args)
    {
        if (!TryParse(args, out var benchmarks, out var json))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        torch.set_num_threads(1);
        var before = Machine.Describe();
        Console.WriteLine(before);
        var results = new List<CaseResult>();
        foreach (var benchmark in benchmarks)
        {
            try
            {
                await MeasureAsync(benchmark, results);
            }
            catch (LocalStoreException e)
            {
                Console.WriteLine($"  {benchmark.Name}: the rest is not measured. {e.Message}");
            }
        }

        Console.WriteLine();
        ResultTable.Write(results, Console.Out);
        Console.WriteLine($"\nLoad average at the end: {Machine.Load()}.");
        if (json is not null)
            await ResultTable.WriteJsonAsync(results, before, json);
        return 0;
    }

    private static async Task MeasureAsync(IBenchmark benchmark, List<CaseResult> results)
    {
        using var folder = new ScratchFolder();
        await foreach (var result in benchmark.RunAsync(folder.Path))
        {
            results.Add(result);
            Console.WriteLine($"  {result.Case}: done");
        }
    }

    private static bool TryParse(string[] args, out IBenchmark[] benchmarks, out string? json)
    {
        (benchmarks, json) = ([], null);
        var names = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] != "--json")
                names.Add(args[i]);
            else if (i + 1 < args.Length)
                json = args[++i];
            else
                return false;
        }

        benchmarks = names.Count == 0 ? Benchmarks : [.. Benchmarks.Where(b => names.Contains(b.Name))];
        return names.TrueForAll(name => Benchmarks.Any(b => b.Name == name));
    }
}
