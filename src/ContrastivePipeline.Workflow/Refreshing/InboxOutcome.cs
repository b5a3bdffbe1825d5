namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>What came of a file in the inbox; lies beside it as JSON.</summary>
/// <param name="MovedTo">Where it is now, in the same container.</param>
/// <param name="Refresh">The refresh; null where there was none. One of which no row was of use has failed.</param>
public sealed record InboxOutcome(string Path, string MovedTo, DateTimeOffset At, string? Error, RefreshOutcome? Refresh);
