namespace ContrastivePipeline.Workflow.Runs;

/// <summary>A stretch of time for which a process, or a durable host, worked on a run. A run that was resumed has several.</summary>
/// <param name="Number">From <see cref="RunRecord.Session"/>.</param>
/// <param name="Started">When its work began; waiting for other runs of the same process is no work.</param>
/// <param name="LastSeen">When it was last known to work; of a session that ended, its end.</param>
public sealed record RunSession(int Number, DateTimeOffset Started, DateTimeOffset LastSeen);
