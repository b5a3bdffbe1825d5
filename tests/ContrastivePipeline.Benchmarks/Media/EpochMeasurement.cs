using static TorchSharp.torch;

namespace ContrastivePipeline.Benchmarks.Media;

/// <summary>
/// What a segment does before its first step with millions of pairs: the order of the epoch. One caption in ten occurs more than once.
/// </summary>
internal static class EpochMeasurement
{
    private const int Tokens = 13;

    public static async Task<CaseResult> RunAsync(int count)
    {
        var (before, pairs) = (GC.GetTotalMemory(forceFullCollection: true), Pairs(count));
        var loaded = GC.GetTotalMemory(forceFullCollection: true);
        using var set = new TrainingSet(new Blank(count), pairs, []);
        var recipe = MediaBenchmark.Recipe(1024, 1, new ImageAugmentation());
        using var first = new BatchSource(set, recipe);
        var clock = System.Diagnostics.Stopwatch.GetTimestamp();
        Draw(first, 0);
        var (seconds, held) = (
            System.Diagnostics.Stopwatch.GetElapsedTime(clock).TotalSeconds, GC.GetTotalMemory(forceFullCollection: true));
        Console.WriteLine(
            $"{count / 1e6:0.0} M pairs: {(loaded - before) / 1e6:F0} MB for their tokens; first order after {seconds:F1} s, "
            + $"{(held - loaded) / 1e6:F0} MB more");
        var epoch = 0;
        var result = await new Duel(0, 3).RunAsync($"order of an epoch of {count / 1e6:0.0} M pairs", 1, "ms", Basis.Milliseconds, () =>
        {
            Draw(first, (long)++epoch * first.StepsPerEpoch);
            return Task.CompletedTask;
        });
        GC.KeepAlive(pairs);
        return result;
    }

    private static void Draw(BatchSource batches, long step)
    {
        using var scope = NewDisposeScope();
        batches.At(step);
    }

    private static TrainingPairs Pairs(int count)
    {
        var (pairs, random, tokens) = (new TrainingPairs(), new Random(3), new int[Tokens]);
        for (var i = 0; i < count; i++)
        {
            var caption = new Random(i % 10 == 0 ? random.Next(count / 100) : i);
            for (var t = 0; t < Tokens; t++)
                tokens[t] = caption.Next(49_408);
            pairs.Add(i, i, tokens);
        }
        return pairs;
    }

    /// <summary>As many images of one pixel.</summary>
    private sealed class Blank(int count) : IMediaItems
    {
        private readonly byte[] _pixel = new byte[3];

        public int Count => count;

        public MediaInput Input { get; } = new ImageInput(1);

        public bool AreDecoded => true;

        public byte[] this[int index] => _pixel;

        public void Dispose()
        {
        }
    }
}
