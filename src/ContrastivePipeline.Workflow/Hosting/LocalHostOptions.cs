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
