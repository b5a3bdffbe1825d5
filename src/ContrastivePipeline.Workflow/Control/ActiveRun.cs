namespace ContrastivePipeline.Workflow.Control;

/// <summary>A run that this process works on in the background.</summary>
internal sealed class ActiveRun(CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);

    public CancellationToken Token => _stop.Token;

    /// <summary>Completes, never with a fault, when the run has ended.</summary>
    public Task Ended { get; set; } = Task.CompletedTask;

    /// <summary>Asks it to stop; says so where nobody had asked.</summary>
    public async Task StopAsync(Action tell)
    {
        try
        {
            if (!_stop.IsCancellationRequested)
                tell();
            await _stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended in this moment by itself.
        }
    }

    public void Dispose() => _stop.Dispose();
}
