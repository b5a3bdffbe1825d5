namespace ContrastivePipeline.Workflow.Stages;

/// <summary>A share of the process's processor time: of what passes while n shares are open, each gets an n-th. So the shares of all that
/// ran add up to what the process used meanwhile, whatever threads the work was done on.</summary>
internal sealed class CpuShare : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<CpuShare> Open = [];
    private static TimeSpan _settled;

    private double _seconds;

    public CpuShare()
    {
        lock (Gate)
        {
            Settle();
            Open.Add(this);
        }
    }

    /// <summary>Processor time so far.</summary>
    public double Seconds
    {
        get
        {
            lock (Gate)
            {
                Settle();
                return _seconds;
            }
        }
    }

    /// <summary>Closes it; what follows is shared among the others.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            Settle();
            Open.Remove(this);
        }
    }

    private static void Settle()
    {
        var now = Environment.CpuUsage.TotalTime;
        var each = (now - _settled).TotalSeconds / Math.Max(1, Open.Count);
        foreach (var share in Open)
            share._seconds += each;
        _settled = now;
    }
}
