namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>Watches nothing.</summary>
public sealed class Nobody : IRunObserver
{
    private Nobody()
    {
    }

    /// <summary>The one that there is.</summary>
    public static Nobody Instance { get; } = new();

    /// <inheritdoc/>
    public void Observe(RunEvent happened)
    {
    }
}
