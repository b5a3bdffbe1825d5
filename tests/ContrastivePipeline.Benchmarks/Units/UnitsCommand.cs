using TorchSharp;

namespace ContrastivePipeline.Benchmarks.Units;

/// <summary><c>units [--batch N] [--images FOLDER]</c>: what a run of the paper's size is made of, measured; docs/scale.md multiplies it.</summary>
internal static class UnitsCommand
{
    private const string Usage =
        "Usage: units [--batch N] [--images FOLDER]   unit costs of the paper's model; FOLDER holds photographs as JPEG";

    /// <summary>About ten minutes and 10 GB of memory.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (batch, images) = (8, (string?)null);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (args[i] == "--batch" && i + 1 < args.Length && int.TryParse(args[i + 1], out batch) && batch > 1)
                continue;
            if (args[i] == "--images" && i + 1 < args.Length && Directory.Exists(images = args[i + 1]))
                continue;
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        torch.set_num_threads(1);
        Console.WriteLine(Machine.Describe());
        ImageUnits.Write(images);
        using var folder = new ScratchFolder();
        await StepUnits.WriteAsync(batch, folder.Path);
        Console.WriteLine($"Load average at the end: {Machine.Load()}.");
        return 0;
    }
}
