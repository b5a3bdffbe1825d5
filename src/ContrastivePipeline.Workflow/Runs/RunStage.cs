using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>One stage of a run.</summary>
/// <param name="Manifest">Path of its manifest, which exists when the state is completed.</param>
/// <param name="Cached">Whether it was done before this run came to it.</param>
/// <param name="Attempts">How often it was tried, by the last process.</param>
/// <param name="Seconds">How long the attempt that succeeded worked, without waiting for its turn; 0 where the stage was cached.</param>
/// <param name="Progress">How far it is; null where it has not said.</param>
/// <param name="Error">Why it failed or had to be retried, if it did.</param>
public sealed record RunStage(
    string Name,
    string Label,
    string Fingerprint,
    string Manifest,
    RunState State,
    bool Cached,
    int Attempts,
    double Seconds,
    StageProgress? Progress,
    string? Error)
{
    /// <summary>What the attempt that succeeded used; nothing where it was cached, and in records of older programs.</summary>
    public StageUsage Usage { get; init; } = StageUsage.None;

    /// <summary>What attempts of this run used that failed or were interrupted; those that were killed could not say.</summary>
    public StageUsage Lost { get; init; } = StageUsage.None;

    /// <summary>How many of the attempts ended because their worker died or was taken away: these are no failures of the stage.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int LostWorkers { get; init; }

    /// <summary>When the last process began it; null where it was cached, and in records of older programs.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended; null while it runs, where it was cached, and in records of older programs.</summary>
    public DateTimeOffset? Finished { get; init; }
}
