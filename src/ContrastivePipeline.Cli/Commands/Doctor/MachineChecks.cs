using System.Runtime.InteropServices;

namespace ContrastivePipeline.Cli.Commands.Doctor;

/// <summary>The program, the machine and native torch.</summary>
internal static class MachineChecks
{
    private const long LittleMemory = 2_000_000_000;
    private const long LittleDisk = 2_000_000_000;
    private const long NoDisk = 200_000_000;

    public static Finding Program() =>
        new("program", Verdict.Ok, $"contrastive {ProgramVersion.Text}, {RuntimeInformation.FrameworkDescription}");

    public static Finding System()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var found = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores, "
            + $"{TextFormatter.Bytes(memory)} memory";
        return memory < LittleMemory
            ? new Finding(
                "system", Verdict.Warn, found, "Training the demo takes about 2 GB. Close other programs or train fewer variants at once.")
            : new Finding("system", Verdict.Ok, found);
    }

    public static Finding Torch()
    {
        try
        {
            var torch = NativeTorch.Describe();
            return new Finding("native torch", Verdict.Ok,
                $"libtorch {torch.Version}, library {torch.Library}; training uses {torch.Device}"
                + (torch.Gpus == 0 ? $", {torch.Threads} threads" : ""));
        }
        catch (NativeTorchException broken)
        {
            return new Finding("native torch", Verdict.Fail, broken.Message,
                "Build on this machine: dotnet build. On Linux it needs x64; on a Mac, Apple silicon.");
        }
    }

    /// <param name="folder">The folder of the local store, reports and scratch files, wherever its disk is.</param>
    public static Finding Disk(string folder)
    {
        if (OutputFolder.ProblemOf(folder) is { } problem)
            return new Finding("disk", Verdict.Fail, problem, "Name a folder of your own with --local.");
        var free = DiskSpace.FreeBytes(folder);
        var found = $"{TextFormatter.Bytes(free)} free for {folder}";
        return free switch
        {
            < NoDisk => new Finding("disk", Verdict.Fail, found, "Free some space, or name a folder on another disk with --local."),
            < LittleDisk =>
                new Finding("disk", Verdict.Warn, found, "The demo fits; a larger dataset may not. Name another folder with --local."),
            _ => new Finding("disk", Verdict.Ok, found),
        };
    }
}
