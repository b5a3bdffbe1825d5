using static ContrastivePipeline.Benchmarks.Scale.ScaleUnits;

namespace ContrastivePipeline.Benchmarks.Scale;

/// <summary><c>scale</c>: the tables of docs/scale.md from <see cref="ScaleUnits"/>.</summary>
internal static class ScaleCommand
{
    private static readonly (string Name, double Pairs)[] Sets = [("CC3M", 2.6e6), ("12 M", 12e6)];
    private static readonly double[] Segments = [5_000, 20_000, 100_000];

    public static int Run()
    {
        var flop = FlopAPair();
        ScalePlan[] plans = [.. Sets.Select(set => new ScalePlan(set.Name, set.Pairs, flop))];
        Console.WriteLine($"At {AchievedFlops / 1e12} TFLOP/s; saving every 300 s takes {ScalePlan.SavingShare(300):P1}, every "
            + $"{CheckpointSeconds} s {ScalePlan.SavingShare(CheckpointSeconds):P1}.\n");
        WriteVariants(flop, plans);
        foreach (var plan in plans)
            WriteSegments(plan);
        return 0;
    }

    private static void WriteVariants(IReadOnlyList<(string Variant, double Flop)> flop, ScalePlan[] plans)
    {
        Console.WriteLine(
            $"| variant | GFLOP a pair | of clip's | pairs/s | {string.Join(" | ", plans.Select(p => $"{p.Name}: GPU-hours a trial"))} |");
        Console.WriteLine($"| --- | --: | --: | --: | {string.Join(" | ", plans.Select(_ => "--:"))} |");
        foreach (var (variant, each) in flop)
        {
            Console.WriteLine($"| {variant} | {each / 1e9:F1} | {each / flop[0].Flop:F2} | {ScalePlan.Rate(each):F0} | "
                + $"{string.Join(" | ", plans.Select(p => $"{p.TrainingSeconds(each) / 3600:N0}"))} |");
        }
        Console.WriteLine($"| all, {Seeds} seeds | | {Seeds * flop.Sum(f => f.Flop) / flop[0].Flop:F1} | | "
            + $"{string.Join(" | ", plans.Select(p => $"{Seeds * flop.Sum(f => p.TrainingSeconds(f.Flop)) / 3600:N0}"))} |");
    }

    private static void WriteSegments(ScalePlan plan)
    {
        Console.WriteLine(
            $"\n{plan.Name}: {plan.Steps / Epochs:N0} steps an epoch, {plan.Steps:N0} a trial, {plan.DatasetBytes / 1e9:N0} GB; "
            + $"a machine trains {plan.StartUp / 60:F0} minutes after it was asked for; that is 5 % of segments of "
                + $"{plan.SegmentFor(0.05):N0} steps, 10 % of {plan.SegmentFor(0.1):N0}\n");
        ScaleTotals[] all = [.. Segments.Select(plan.With)];
        Console.WriteLine($"| segment, steps | {string.Join(" | ", Segments.Select(s => $"{s:N0}"))} |");
        Console.WriteLine($"| --- | {string.Join(" | ", Segments.Select(_ => "--:"))} |");
        var training = Seeds * plan.FlopAPair.Sum(f => plan.TrainingSeconds(f.Flop));
        Row("segments in all", t => $"{t.Segments * plan.Trials:N0}");
        Row("a segment of clip trains, hours", t => $"{plan.TrainingSeconds(plan.FlopAPair[0].Flop) / t.Segments / 3600:F1}");
        Row("GPU-days", t => $"{t.GpuSeconds / 86_400:N0}");
        Row("of which training", t => $"{training / t.GpuSeconds:P0}");
        foreach (var machines in new[] { 1, 6, 18 })
            Row($"days with {machines} machine{(machines > 1 ? "s" : "")}", t => $"{t.Days(machines):N0}");
        Row("dataset read, TB", t => $"{t.Downloaded / 1e12:N1}");
        Row("checkpoints written, TB", t => $"{t.Uploaded / 1e12:N1}");
        Row("checkpoints kept until the lifecycle rule, TB", t => $"{t.Checkpoints / 1e12:N1}");
        Row("curves and events, GB", t => $"{t.Curves / 1e9:N1}");
        Row("record of the run, kB", t => $"{t.Segments * plan.Trials * RecordBytesAStage / 1e3:N0}");
        Row("requests: dataset, millions", t => $"{t.Reads / 1e6:N1}");
        Row("requests: checkpoints, millions", t => $"{t.Writes / 1e6:N1}");
        Row("requests: signs of life, millions", t => $"{t.Beats / 1e6:N1}");
        Row("requests: task hub, millions", t => $"{t.TaskHub / 1e6:N2}");

        void Row(string name, Func<ScaleTotals, string> value) =>
            Console.WriteLine($"| {name} | {string.Join(" | ", all.Select(value))} |");
    }
}
