using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Spectre.Console;

namespace ContrastivePipeline.Cli.Commands.Doctor;

/// <summary><c>contrastive doctor</c>: checks everything that a run needs, with advice where a check fails.</summary>
internal sealed class DoctorCommand(CliEnvironment environment)
    : CliCommand("doctor", "Checks what a run needs: .NET, native torch, Node.js, packages, store, disk.", environment)
{
    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var findings = new List<DoctorFinding>();
        await foreach (var finding in ExamineAsync(call, cancellationToken))
        {
            findings.Add(finding);
            if (!call.Json)
                Write(call, finding);
        }

        if (call.Json)
            call.WriteJson(findings);
        return findings.Any(finding => finding.Verdict == DoctorVerdict.Fail) ? ExitCode.Failed : ExitCode.Done;
    }

    private static async IAsyncEnumerable<DoctorFinding> ExamineAsync(
        Invocation call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return MachineChecks.Program();
        yield return MachineChecks.System();
        yield return MachineChecks.Torch();
        yield return MachineChecks.Disk(call.LocalFolder);
        var needed = call.StoreText is null;
        await foreach (var finding in NodeChecks.ExamineAsync(needed, cancellationToken))
            yield return finding;
        yield return await StoreCheck.ExamineAsync(call, cancellationToken);
    }

    private static void Write(Invocation call, DoctorFinding finding)
    {
        var (word, color) = finding.Verdict switch
        {
            DoctorVerdict.Ok => ("ok", "green"),
            DoctorVerdict.Warn => ("warn", "yellow"),
            _ => ("FAIL", "red"),
        };
        call.Console.MarkupLine($"[{color}]{word,-4}[/]  {finding.Check,-14}  {Markup.Escape(finding.Found)}");
        if (finding.Advice.Length > 0)
            call.Console.MarkupLine($"{"",22}{Markup.Escape(finding.Advice)}");
    }
}

internal enum DoctorVerdict
{
    Ok,
    Warn,
    Fail,
}

/// <param name="Advice">What to do; empty where nothing needs to be done.</param>
internal sealed record DoctorFinding(string Check, DoctorVerdict Verdict, string Found, string Advice = "");

/// <summary>The program, the machine and native torch.</summary>
internal static class MachineChecks
{
    private const long LittleMemory = 2_000_000_000;
    private const long LittleDisk = 2_000_000_000;
    private const long NoDisk = 200_000_000;

    public static DoctorFinding Program() =>
        new("program", DoctorVerdict.Ok, $"contrastive {ProgramVersion.Text}, {RuntimeInformation.FrameworkDescription}");

    public static DoctorFinding System()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var found = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores, "
            + $"{TextFormatter.Bytes(memory)} memory";
        return memory < LittleMemory
            ? new DoctorFinding(
                "system", DoctorVerdict.Warn, found, "Training the demo takes about 2 GB. Close other programs or train fewer variants at once.")
            : new DoctorFinding("system", DoctorVerdict.Ok, found);
    }

    public static DoctorFinding Torch()
    {
        try
        {
            var torch = NativeTorch.Describe();
            return new DoctorFinding("native torch", DoctorVerdict.Ok,
                $"libtorch {torch.Version}, library {torch.Library}; training uses {torch.Device}"
                + (torch.Gpus == 0 ? $", {torch.Threads} threads" : ""));
        }
        catch (NativeTorchException broken)
        {
            return new DoctorFinding("native torch", DoctorVerdict.Fail, broken.Message,
                "Build on this machine: dotnet build. On Linux it needs x64; on a Mac, Apple silicon.");
        }
    }

    /// <param name="folder">The folder of the local store, reports and scratch files, wherever its disk is.</param>
    public static DoctorFinding Disk(string folder)
    {
        if (OutputFolder.ProblemOf(folder) is { } problem)
            return new DoctorFinding("disk", DoctorVerdict.Fail, problem, "Name a folder of your own with --local.");
        var free = DiskSpace.FreeBytes(folder);
        var found = $"{TextFormatter.Bytes(free)} free for {folder}";
        return free switch
        {
            < NoDisk => new DoctorFinding("disk", DoctorVerdict.Fail, found, "Free some space, or name a folder on another disk with --local."),
            < LittleDisk =>
                new DoctorFinding("disk", DoctorVerdict.Warn, found, "The demo fits; a larger dataset may not. Name another folder with --local."),
            _ => new DoctorFinding("disk", DoctorVerdict.Ok, found),
        };
    }
}
