namespace ContrastivePipeline.Benchmarks.Measuring;

/// <summary>Watches the working set of this process, a hundred times a second.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Timer _timer;
    private long _peak;

    public MemoryWatch()
    {
        Start = Environment.WorkingSet;
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
    }

    /// <summary>Bytes when the watch began.</summary>
    public long Start { get; }

    /// <summary>Bytes at most so far.</summary>
    public long Peak => Look();

    public void Dispose() => _timer.Dispose();

    private long Look()
    {
        lock (_lock)
            return _peak = Math.Max(_peak, Environment.WorkingSet);
    }
}
