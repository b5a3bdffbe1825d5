namespace ContrastivePipeline.Web.Api;

/// <summary>How a run is.</summary>
public enum RunCondition
{
    /// <summary>A process works on it.</summary>
    Running,

    /// <summary>Its record says running, and there is no process: it was killed, and can be resumed.</summary>
    Killed,

    /// <summary>All is done.</summary>
    Completed,

    /// <summary>A stage failed for good; a resume tries it again.</summary>
    Failed,

    /// <summary>It was asked to stop, and can be resumed.</summary>
    Interrupted,
}

/// <summary>A run in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Experiment">Name of its experiment.</param>
/// <param name="State">How it is.</param>
/// <param name="Started">When it began.</param>
/// <param name="Finished">When it ended; null while it has not.</param>
/// <param name="Session">How many processes have worked on it.</param>
/// <param name="Status">What the workflow said last; null at first.</param>
/// <param name="StagesDone">Stages that are done.</param>
/// <param name="StagesBegun">Stages that have begun; more may follow.</param>
/// <param name="Error">Why it failed, if it did.</param>
public sealed record RunSummary(
    string Id,
    string Experiment,
    RunCondition State,
    DateTimeOffset Started,
    DateTimeOffset? Finished,
    int Session,
    WorkflowStatus? Status,
    int StagesDone,
    int StagesBegun,
    string? Error)
{
    /// <summary>Of a record.</summary>
    public static RunSummary Of(RunRecord run, bool active) => new(
        run.Id, run.Experiment, ConditionOf(run, active), run.Started, run.Finished, run.Session, run.Status,
        run.Stages.Count(stage => stage.State == RunState.Completed), run.Stages.Count, run.Error);

    internal static RunCondition ConditionOf(RunRecord run, bool active) => run.State switch
    {
        RunState.Running => active ? RunCondition.Running : RunCondition.Killed,
        RunState.Completed => RunCondition.Completed,
        RunState.Failed => RunCondition.Failed,
        _ => RunCondition.Interrupted,
    };
}

/// <summary>A page of runs.</summary>
/// <param name="Runs">The runs, the newest first.</param>
/// <param name="Total">How many there are in all that fit the filter.</param>
/// <param name="Offset">How many came before this page.</param>
/// <param name="Unreadable">Paths of records in the store that are damaged and therefore not among the runs.</param>
public sealed record RunPage(IReadOnlyList<RunSummary> Runs, int Total, int Offset, IReadOnlyList<string> Unreadable);

/// <summary>A run with its stages.</summary>
/// <param name="Run">The run.</param>
/// <param name="CodeVersion">Version of the program that worked on it last.</param>
/// <param name="Machine">The machine that worked on it last.</param>
/// <param name="Stages">Its stages by name, in the order in which they began.</param>
/// <param name="Log">What happened last, oldest first; the latest 200 lines.</param>
public sealed record RunDetail(
    RunSummary Run, string CodeVersion, string Machine, IReadOnlyList<StageGroup> Stages, IReadOnlyList<RunLogLine> Log)
{
    /// <summary>Of a record.</summary>
    public static RunDetail Of(RunRecord run, bool active) => new(
        RunSummary.Of(run, active), run.CodeVersion, run.Machine,
        [.. run.Stages.GroupBy(stage => stage.Name).Select(group => new StageGroup(group.Key, [.. group.Select(StageView.Of)]))],
        run.Log);
}

/// <summary>The stages of one name.</summary>
/// <param name="Name">Name of the stage, for example <c>train</c>.</param>
/// <param name="Stages">One for each thing that it was done for.</param>
public sealed record StageGroup(string Name, IReadOnlyList<StageView> Stages);

/// <summary>One stage.</summary>
/// <param name="Label">What it is the stage of; may be empty.</param>
/// <param name="Fingerprint">SHA-256 of name, version and input.</param>
/// <param name="State">Where it is.</param>
/// <param name="Cached">Whether it was done before this run came to it.</param>
/// <param name="Started">When it began; null where it was cached.</param>
/// <param name="Finished">When it ended; null while it runs, and where it was cached.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Seconds">How long it took; 0 where it was cached or is not done.</param>
/// <param name="Progress">How far it is; null where it has not said.</param>
/// <param name="Error">Why it failed or was retried, if so.</param>
public sealed record StageView(
    string Label,
    string Fingerprint,
    RunState State,
    bool Cached,
    DateTimeOffset? Started,
    DateTimeOffset? Finished,
    int Attempts,
    double Seconds,
    StageProgress? Progress,
    string? Error)
{
    internal static StageView Of(RunStage stage) => new(
        stage.Label, stage.Fingerprint, stage.State, stage.Cached, stage.Started, stage.Finished, stage.Attempts, stage.Seconds,
        stage.Progress, stage.Error);
}
