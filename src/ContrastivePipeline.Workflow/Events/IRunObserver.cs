namespace ContrastivePipeline.Workflow.Events;

/// <summary>Watches a run.</summary>
public interface IRunObserver
{
    /// <summary>Takes an event. Called on any thread, by several at once; returns quickly and does not throw.</summary>
    void Observe(RunEvent happened);
}

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

/// <param name="all">Called in this order.</param>
internal sealed class Observers(params IRunObserver[] all) : IRunObserver
{
    public void Observe(RunEvent happened)
    {
        foreach (var observer in all)
            observer.Observe(happened);
    }
}
