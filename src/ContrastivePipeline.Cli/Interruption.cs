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
