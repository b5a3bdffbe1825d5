namespace ContrastivePipeline.Workflow.Events;

/// <summary>Watches nothing.</summary>
public sealed class NullRunObserver : IRunObserver
{
    private NullRunObserver()
    {
    }

    /// <summary>The one that there is.</summary>
    public static NullRunObserver Instance { get; } = new();

    /// <inheritdoc/>
    public void Observe(RunEvent happened)
    {
    }
}
