namespace ContrastivePipeline.Workflow.Stages;

/// <summary>What a stage uses most, so that a host can bound how many run at once.</summary>
public enum StageResource
{
    /// <summary>Waits for disks and networks.</summary>
    Io,

    /// <summary>Computes, and spreads over cores by itself.</summary>
    Cpu,

    /// <summary>Trains or runs a model: gets a thread of its own for as long as it runs.</summary>
    Training,
}
