namespace ContrastivePipeline.Workflow.Events;

/// <summary>Where a run is in its life.</summary>
public enum RunState
{
    /// <summary>A process works on it, or died while it did.</summary>
    Running,

    /// <summary>All is done.</summary>
    Completed,

    /// <summary>A stage failed for good; the same command tries again.</summary>
    Failed,

    /// <summary>It was asked to stop; the same command resumes.</summary>
    Interrupted,
}
