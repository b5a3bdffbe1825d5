namespace ContrastivePipeline.Workflow.Events;

/// <summary>Watches a run.</summary>
public interface IRunObserver
{
    /// <summary>Takes an event. Called on any thread, by several at once; returns quickly and does not throw.</summary>
    void Observe(RunEvent happened);
}
