using System.Globalization;
using System.Runtime.InteropServices;

namespace ContrastivePipeline.Cli;

/// <summary>Turns the first Ctrl-C or SIGTERM into a wish to stop; a second ends the process at once, as by default.</summary>
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

    /// <summary>
    /// Whether this process was started with Ctrl-C (SIGINT) ignored, as a shell without job control does for '&amp;', so that
    /// Ctrl-C in the foreground leaves it alone. .NET respects that. Known on Linux only.
    /// </summary>
    public static bool IgnoresCtrlC()
    {
        const string Ignored = "SigIgn:";
        const ulong Interrupt = 1UL << 1; // man 5 proc: bit N - 1 for signal N, and SIGINT is 2.
        return OperatingSystem.IsLinux()
            && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } mask
            && (ulong.Parse(mask[Ignored.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0;
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

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
