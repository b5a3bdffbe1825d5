using System.Globalization;
using System.Runtime.InteropServices;

namespace ContrastivePipeline.Cli;

/// <summary>The process as a command sees it: streams, terminal, environment variables and clock. Tests replace it.</summary>
/// <param name="Error">Standard error: notices and errors.</param>
/// <param name="Variable">Reads an environment variable; null where it is not set.</param>
/// <param name="Time">The clock, and the time zone in which times are shown.</param>
internal sealed record CliEnvironment(TextWriter Out, TextWriter Error, bool IsTerminal, Func<string, string?> Variable, TimeProvider Time)
{
    /// <summary>Observes every run of the process, for telemetry.</summary>
    public IRunObserver Log { get; init; } = NullRunObserver.Instance;

    public static CliEnvironment OfProcess() => new(
        Console.Out, Console.Error, !Console.IsOutputRedirected, Environment.GetEnvironmentVariable, TimeProvider.System);
}

/// <summary>Turns the first Ctrl-C or SIGTERM into a cancellation request; the second ends the process at once, as by default.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;
    private int _count;

    public Interruption() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take),
    ];

    public CancellationToken Token => _stop.Token;

    /// <summary>Whether the process was started with SIGINT ignored, as a shell without job control does for '&amp;', so that Ctrl-C in the
    /// foreground does not reach it; .NET keeps that setting. False on systems other than Linux, where it is not known.</summary>
    public static bool IgnoresCtrlC()
    {
        const string Ignored = "SigIgn:";
        const ulong Interrupt = 1UL << 1; // man 5 proc: bit N - 1 for signal N, and SIGINT is 2.
        return OperatingSystem.IsLinux()
            && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } mask
            && (ulong.Parse(mask[Ignored.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0;
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _stop.Dispose();
    }

    private void Take(PosixSignalContext signal)
    {
        if (Interlocked.Increment(ref _count) > 1)
            return;
        signal.Cancel = true;
        _stop.Cancel();
    }
}
