namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>Where a stage, or a group of them, is.</summary>
public enum NodeState
{
    /// <summary>Its turn has not come.</summary>
    Waiting,

    /// <summary>Running.</summary>
    Running,

    /// <summary>Done.</summary>
    Done,

    /// <summary>An earlier run did it.</summary>
    Cached,

    /// <summary>Stopped in the middle; can be resumed.</summary>
    Stopped,

    /// <summary>Failed for good.</summary>
    Failed,
}

/// <summary>A line of the stage tree: one stage, or a group.</summary>
/// <param name="Id">Unique in the page.</param>
/// <param name="Title">What it is, for a person.</param>
/// <param name="State">Where it is.</param>
/// <param name="Stage">The stage; null for a group and for what has not begun.</param>
/// <param name="Children">The parts of a group.</param>
public sealed record StageNode(string Id, string Title, NodeState State, RunStage? Stage, IReadOnlyList<StageNode> Children)
{
    /// <summary>Number of stages in it.</summary>
    public int Stages => Children.Count == 0 ? 1 : Children.Sum(c => c.Stages);

    /// <summary>Number of stages in it that are done.</summary>
    public int DoneStages => Children.Count == 0 ? State is NodeState.Done or NodeState.Cached ? 1 : 0 : Children.Sum(c => c.DoneStages);

    /// <summary>How much of it is done, from 0 to 1; a running stage counts as far as it has come.</summary>
    public double Share => Children.Count > 0 ? Children.Sum(c => c.Share * c.Stages) / Stages
        : State is NodeState.Done or NodeState.Cached ? 1
        : Stage?.Progress is { Total: > 0 } progress ? Math.Clamp((double)progress.Done / progress.Total, 0, 1) : 0;

    /// <summary>Time that went into it, added over its stages.</summary>
    public TimeSpan Work => TimeSpan.FromSeconds(Children.Count > 0 ? Children.Sum(c => c.Work.TotalSeconds) : Stage?.Seconds ?? 0);

    /// <summary>A group.</summary>
    public static StageNode Group(string id, string title, IReadOnlyList<StageNode> children) =>
        new(id, title, StateOf(children), null, children);

    private static NodeState StateOf(IReadOnlyList<StageNode> children)
    {
        var states = children.Select(c => c.State).ToHashSet();
        if (states.Contains(NodeState.Failed))
            return NodeState.Failed;
        if (states.Contains(NodeState.Running))
            return NodeState.Running;
        if (states.Contains(NodeState.Stopped))
            return NodeState.Stopped;
        if (states.SetEquals([NodeState.Cached]))
            return NodeState.Cached;
        return states.IsSubsetOf([NodeState.Cached, NodeState.Done]) ? NodeState.Done : NodeState.Waiting;
    }
}
