using System.Diagnostics;
using TorchSharp;

namespace ContrastivePipeline.Benchmarks.Memory;

/// <summary><c>memory [--batch N]</c>: the working set at most while the paper's model is trained, saved, restored and used to embed. Each
/// part runs in a process of its own, as stages do, so that none inherits what another has touched.</summary>
internal static class MemoryCommand
{
    private const string Usage = "Usage: memory [--batch N]   memory of the paper's model: steps, checkpoint, restore, embedding";
    private const int DefaultBatch = 16;

    /// <summary>About five minutes and 4 GB of memory.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case []:
                return await RunAsync(DefaultBatch);
            case ["--batch", var text] when int.TryParse(text, out var batch) && batch > 1:
                return await RunAsync(batch);
            case ["--part", var part, var folder, var size]:
                await RunPartAsync(part, folder, int.Parse(size));
                return 0;
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static async Task<int> RunAsync(int batch)
    {
        Console.WriteLine(Machine.Describe());
        Console.WriteLine(
            $"Batch {batch}. Ratio: over the bytes of weights, gradients and two moments, {MemoryParts.StateBytes >> 20:N0} MiB.\n");
        Console.WriteLine("| part                          | MiB before | MiB at most | ratio | seconds |");
        Console.WriteLine("| ----------------------------- | ---------: | ----------: | ----: | ------: |");
        using var folder = new ScratchFolder();
        await using var azurite = await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = folder.Path });
        foreach (var part in MemoryParts.Names)
        {
            using var process = Process.Start(Environment.ProcessPath!, ["memory", "--part", part, folder.Path, $"{batch}"]);
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                return process.ExitCode;
        }
        Console.WriteLine($"\nLoad average at the end: {Machine.Load()}.");
        return 0;
    }

    private static async Task RunPartAsync(string part, string folder, int batch)
    {
        torch.set_num_threads(1);
        await using var azurite = await LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = folder });
        await new MemoryParts(await ArtifactStore.OpenAsync(azurite.Address), batch).RunAsync(part);
    }
}
