namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>A caption table that somebody brings.</summary>
/// <param name="FileName">What the table is called; its extension tells the format. The name of <paramref name="File"/> by default.</param>
public sealed record RefreshRequest(string Dataset, RefreshMode Mode, string File, string? FileName = null)
{
    /// <summary>Only look what would happen: nothing is stored.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The name of the table, without folders.</summary>
    public string Name => Path.GetFileName(FileName ?? File);
}

/// <summary>What came of a refresh.</summary>
/// <param name="Record">Counts, examples and rejected rows.</param>
/// <param name="Current">The dataset's current version now: the new one, or the old one where no caption changed or it was a dry run.</param>
public sealed record RefreshOutcome(
    RefreshRecord Record, string Current, long Revision, bool IsDryRun, IReadOnlyList<DependentExperiment> Dependents);

/// <summary>An experiment whose last run used a dataset.</summary>
/// <param name="Version">The version that the run used; null where it did not get that far.</param>
public sealed record DependentExperiment(string Experiment, string RunId, string? Version, string Command);
