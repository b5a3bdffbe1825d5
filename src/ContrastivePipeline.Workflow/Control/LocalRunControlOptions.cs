namespace ContrastivePipeline.Workflow.Control;

/// <summary>What a <see cref="LocalRunControl"/> takes upon itself.</summary>
public sealed record LocalRunControlOptions
{
    /// <summary>Runs running at once; further ones wait. 4.</summary>
    public int RunsAtOnce { get; init; } = 4;

    /// <summary>Runs that may wait; further ones are refused. 32.</summary>
    public int WaitingRuns { get; init; } = 32;

    /// <summary>Folder whose files the YAML of a request may name; null for none.</summary>
    public string? DataFolder { get; init; }
}
