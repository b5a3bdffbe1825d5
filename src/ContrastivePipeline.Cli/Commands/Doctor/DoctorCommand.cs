using System.Runtime.CompilerServices;
using Spectre.Console;

namespace ContrastivePipeline.Cli.Commands.Doctor;

/// <summary><c>contrastive doctor</c>: checks everything that a run needs, with advice where a check fails.</summary>
internal sealed class DoctorCommand(CliEnvironment environment)
    : CliCommand("doctor", "Checks what a run needs: .NET, native torch, Node.js, packages, store, disk.", environment)
{
    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        await foreach (var finding in ExamineAsync(call, cancellationToken))
        {
            findings.Add(finding);
            if (!call.Json)
            {
                Write(call, finding);
            }
        }

        if (call.Json)
        {
            call.WriteJson(findings);
        }
        return findings.Any(finding => finding.Verdict == Verdict.Fail) ? ExitCode.Failed : ExitCode.Done;
    }

    private static async IAsyncEnumerable<Finding> ExamineAsync(
        Invocation call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return MachineChecks.Program();
        yield return MachineChecks.System();
        yield return MachineChecks.Torch();
        yield return MachineChecks.Disk(call.LocalFolder);
        var needed = call.StoreText is null;
        await foreach (var finding in NodeChecks.ExamineAsync(needed, cancellationToken))
        {
            yield return finding;
        }
        yield return await StoreCheck.ExamineAsync(call, cancellationToken);
    }

    private static void Write(Invocation call, Finding finding)
    {
        var (word, color) = finding.Verdict switch
        {
            Verdict.Ok => ("ok", "green"),
            Verdict.Warn => ("warn", "yellow"),
            _ => ("FAIL", "red"),
        };
        call.Console.MarkupLine($"[{color}]{word,-4}[/]  {finding.Check,-14}  {Markup.Escape(finding.Found)}");
        if (finding.Advice.Length > 0)
        {
            call.Console.MarkupLine($"{"",22}{Markup.Escape(finding.Advice)}");
        }
    }
}

internal enum Verdict
{
    Ok,
    Warn,
    Fail,
}

/// <param name="Advice">What to do; empty where nothing needs to be done.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Found, string Advice = "");
