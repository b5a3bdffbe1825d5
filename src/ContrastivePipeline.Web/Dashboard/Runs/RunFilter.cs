namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>What the list of runs is narrowed to.</summary>
/// <param name="Experiment">Only runs of this experiment; empty for all.</param>
/// <param name="State">Only runs in this state; null for all.</param>
/// <param name="Page">Which fifty of them, from 1.</param>
public sealed record RunFilter(string Experiment = "", RunCondition? State = null, int Page = 1)
{
    /// <summary>Runs of one page.</summary>
    public const int Length = 50;

    /// <summary>The state as addresses have it; empty for all.</summary>
    public string StateName => State?.ToString().ToLowerInvariant() ?? "";

    /// <summary>The filter as the query of an address.</summary>
    public string Query => $"experiment={Address.Segment(Experiment)}&state={StateName}&page={Page}";

    /// <summary>Whether a run passes.</summary>
    public bool Takes(RunLine line) =>
        (Experiment.Length == 0 || line.Run.Experiment == Experiment) && (State is null || line.Condition == State);
}

/// <summary>What the list of a run's files is narrowed to.</summary>
/// <param name="Stage">Only files of this stage; empty for all.</param>
/// <param name="Name">Only files whose name has this in it; empty for all.</param>
/// <param name="Page">Which fifty of them, from 1.</param>
public sealed record ArtifactFilter(string Stage = "", string Name = "", int Page = 1)
{
    /// <summary>Files of one page.</summary>
    public const int Length = 50;

    /// <summary>The filter as the query of an address.</summary>
    public string Query => $"?stage={Address.Segment(Stage)}&name={Address.Segment(Name)}&page={Page}";

    /// <summary>Whether a file passes.</summary>
    public bool Takes(RunArtifact file) =>
        (Stage.Length == 0 || file.Stage == Stage) && file.Name.Contains(Name, StringComparison.OrdinalIgnoreCase);
}
