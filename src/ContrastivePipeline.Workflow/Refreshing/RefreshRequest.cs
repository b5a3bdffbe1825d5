namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>A caption table that somebody brings.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Mode">How the table changes it.</param>
/// <param name="File">The table on this machine.</param>
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
/// <param name="Revision">Revision of the current version.</param>
/// <param name="IsDryRun">Whether nothing was stored.</param>
/// <param name="Dependents">Experiments that use the dataset.</param>
public sealed record RefreshOutcome(
    RefreshRecord Record, string Current, long Revision, bool IsDryRun, IReadOnlyList<DependentExperiment> Dependents);

/// <summary>An experiment whose last run used a dataset.</summary>
/// <param name="Experiment">Name of the experiment.</param>
/// <param name="RunId">Its last run.</param>
/// <param name="Version">The version that the run used; null where it did not get that far.</param>
/// <param name="Command">Starts it on the dataset's current version.</param>
public sealed record DependentExperiment(string Experiment, string RunId, string? Version, string Command);
