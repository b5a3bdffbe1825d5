using System.Net.Sockets;

namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>How much a local host does at once.</summary>
public sealed record LocalHostOptions
{
    /// <summary>Stages at once that wait for disks and networks.</summary>
    public int IoStages { get; init; } = 4;

    /// <summary>Stages at once that compute and spread over cores by themselves.</summary>
    public int CpuStages { get; init; } = 2;

    /// <summary>Stages at once that train or run a model; by default one a GPU, or one a core where there is none.</summary>
    public int TrainingStages { get; init; } = TorchDevice.GpuCount > 0 ? TorchDevice.GpuCount : Environment.ProcessorCount;

    /// <summary>What happens after a transient fault.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    internal int LimitOf(StageResource resource) => resource switch
    {
        StageResource.Io => IoStages,
        StageResource.Cpu => CpuStages,
        _ => TrainingStages,
    };
}

/// <summary>How often and how soon a stage is tried again after a transient fault.</summary>
/// <param name="Coefficient">Each wait is the one before times this.</param>
public sealed record RetryPolicy(int MaxAttempts, TimeSpan FirstWait, double Coefficient, TimeSpan MaxWait)
{
    /// <summary>Three attempts; within each, the store repeats failed requests.</summary>
    public static RetryPolicy Default { get; } = new(3, TimeSpan.FromSeconds(2), 2, TimeSpan.FromSeconds(30));

    /// <summary>Wait after an attempt that failed.</summary>
    public TimeSpan WaitAfter(int attempt)
    {
        var wait = FirstWait * Math.Pow(Coefficient, attempt - 1);
        return wait < MaxWait ? wait : MaxWait;
    }
}

/// <summary>Distinguishes transient faults from permanent ones.</summary>
internal static class TransientFaults
{
    /// <summary>True for an unreachable store or network; false for everything that is not known to pass.</summary>
    public static bool IsTransient(Exception fault)
    {
        for (var current = fault; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case StoreUnavailableException or StageClaimLostException:
                case HttpRequestException or SocketException or TimeoutException:
                    return true;
                case IPermanentFailure or StoreException:
                    return false;
            }
        }
        return false;
    }
}
