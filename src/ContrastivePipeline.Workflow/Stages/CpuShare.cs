namespace ContrastivePipeline.Workflow.Stages;

/// <summary>
/// A share of the process's processor time: of what passes while n shares are open, each gets an n-th. So the shares of all that ran
/// add up to what the process used meanwhile, whatever threads the work was done on.
/// </summary>
internal sealed class CpuShare : IDisposable
{
    private static readonly Lock s_lock = new();
    private static readonly HashSet<CpuShare> s_open = [];
    private static TimeSpan s_settled;

    private double _seconds;

    /// <summary>Opens a share.</summary>
    public CpuShare()
    {
        lock (s_lock)
        {
            Settle();
            s_open.Add(this);
        }
    }

    /// <summary>Processor time so far.</summary>
    public double Seconds
    {
        get
        {
            lock (s_lock)
            {
                Settle();
                return _seconds;
            }
        }
    }

    /// <summary>Closes it; what follows is shared among the others.</summary>
    public void Dispose()
    {
        lock (s_lock)
        {
            Settle();
            s_open.Remove(this);
        }
    }

    private static void Settle()
    {
        var now = Environment.CpuUsage.TotalTime;
        var each = (now - s_settled).TotalSeconds / Math.Max(1, s_open.Count);
        foreach (var share in s_open)
            share._seconds += each;
        s_settled = now;
    }
}
