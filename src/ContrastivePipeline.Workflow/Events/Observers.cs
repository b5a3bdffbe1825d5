namespace ContrastivePipeline.Workflow.Events;

/// <summary>Several observers as one.</summary>
/// <param name="all">Called in this order.</param>
internal sealed class Observers(params IRunObserver[] all) : IRunObserver
{
    public void Observe(RunEvent happened)
    {
        foreach (var observer in all)
            observer.Observe(happened);
    }
}
