using System.Diagnostics;
using static TorchSharp.torch;

namespace ContrastivePipeline.Benchmarks.Units;

/// <summary>One training step of the paper's model in each variant, on one thread of a CPU; its checkpoint; its memory.</summary>
internal static class StepUnits
{
    private const int PaperBatch = 128;
    private const int Batches = 20;
    private static readonly Duel DuelRules = new(WarmUps: 1, Repetitions: 3);

    public static async Task WriteAsync(int batch, string folder)
    {
        var model = (ClipConfig)TrainingWorkload.PaperRecipe(new ObjectiveWeights(), batch).Model;
        using var set = TrainingWorkload.Create(model, 4 * batch, Batches * PaperBatch, Batches * PaperBatch);
        Console.WriteLine($"forward, one pair: image {ClipFlops.Image(model) / 1e9:F2} GFLOP, text of 77 tokens {ClipFlops.Text(model, 77) / 1e9:F2} GFLOP");
        Console.WriteLine($"captions: {set.Pairs.Average(p => p.Tokens.Length):F1} tokens on average; batch {batch}, one thread");
        Console.WriteLine();
        Console.WriteLine($"| variant   | CPU-s a step | PyTorch | ratio | GFLOP/s | of clip's time | of clip's FLOP | GFLOP a pair, batch {PaperBatch} |");
        Console.WriteLine(
            "| --------- | -----------: | ------: | ----: | ------: | -------------: | -------------: | ----------------------: |");
        (double Cpu, double Flop)? clip = null;
        foreach (var name in VariantSection.Names)
        {
            var objectives = VariantSection.Named(name)!.Objectives;
            var recipe = TrainingWorkload.PaperRecipe(objectives, batch);
            using var peer = clip is null ? await StartPeerAsync(set, recipe, folder) : null;
            var result = await MeasureAsync(name, recipe, set, peer);
            var (work, full) = (StepWork.Of(recipe, set, Batches), StepWork.Of(recipe with { BatchSize = PaperBatch }, set, Batches));
            clip ??= (result.Ours.Cpu, full.Total);
            Console.WriteLine(
                $"| {name,-9} | {result.Ours.Cpu,12:F2} | {result.Peer?.Cpu,7:F2} | {result.CpuRatio,5:F2} | {work.Total / result.Ours.Cpu / 1e9,7:F1} | "
                + $"{result.Ours.Cpu / clip.Value.Cpu,14:F2} | {full.Total / clip.Value.Flop,14:F2} | {full.Total / PaperBatch / 1e9,23:F1} |");
        }
        Console.WriteLine();
        await WriteCheckpointAsync(TrainingWorkload.PaperRecipe(new ObjectiveWeights(), batch));
        WriteMemory(set, batch);
    }

    private static async Task<Peer?> StartPeerAsync(TrainingSet set, TrainingRecipe recipe, string folder)
    {
        TrainingWorkload.Write(set, recipe, folder);
        return await Peer.StartAsync("train.py", folder);
    }

    private static async Task<CaseResult> MeasureAsync(string name, TrainingRecipe recipe, TrainingSet set, Peer? peer)
    {
        using var state = new TrainingState(recipe);
        peer?.RequireSameSize(state.Model);
        using var batches = new BatchSource(set, recipe);
        return await DuelRules.RunAsync(
            name, recipe.BatchSize, "pairs/CPU-s", () => Step(state, batches), peer is null ? null : () => peer.RunAsync("clip"));
    }

    private static async Task WriteCheckpointAsync(TrainingRecipe recipe)
    {
        using var state = new TrainingState(recipe);
        var clock = Stopwatch.GetTimestamp();
        using var checkpoint = new MemoryStream();
        await using (var content = state.Save()())
            await content.CopyToAsync(checkpoint);
        var saved = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        clock = Stopwatch.GetTimestamp();
        checkpoint.Position = 0;
        using var restored = await TrainingState.RestoreAsync(recipe, checkpoint, "checkpoint");
        Console.WriteLine(
            $"checkpoint: {state.Model.parameters().Sum(p => p.numel()) / 1e6:F2} M weights, {checkpoint.Length / 1e9:F3} GB; "
            + $"save {saved:F1} s, restore {Stopwatch.GetElapsedTime(clock).TotalSeconds:F1} s, without the store");
    }

    /// <summary>What a pair adds: the difference of the peaks of two batches.</summary>
    private static void WriteMemory(TrainingSet set, int batch)
    {
        var (small, large) = (Peak(set, batch), Peak(set, 2 * batch));
        Console.WriteLine(
            $"memory of a step at most: {small / 1e9:F2} GB with batch {batch}, {large / 1e9:F2} GB with {2 * batch}: "
            + $"{(large - small) / 1e6 / batch:F0} MB a pair");
    }

    private static long Peak(TrainingSet set, int batch)
    {
        var recipe = TrainingWorkload.PaperRecipe(new ObjectiveWeights(), batch);
        using var state = new TrainingState(recipe);
        using var batches = new BatchSource(set, recipe);
        Step(state, batches);
        GC.Collect();
        using var watch = new MemoryWatch();
        Step(state, batches);
        return watch.Peak;
    }

    private static void Step(TrainingState state, BatchSource batches)
    {
        using var scope = NewDisposeScope();
        new Trainer(state).Step(batches.At(state.Step));
    }
}
