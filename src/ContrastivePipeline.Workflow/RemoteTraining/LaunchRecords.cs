using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>A machine that was asked for, or that runs.</summary>
public sealed record LaunchStarted(DateTimeOffset At, string Machine);

/// <summary>A sign of life.</summary>
/// <param name="Progress">How far it is; null before the first report.</param>
public sealed record Heartbeat(DateTimeOffset At, string Machine, StageProgress? Progress);

/// <summary>How an execution ended.</summary>
/// <param name="Output">The stage's output; null where it failed or another execution does the work.</param>
/// <param name="Permanent">Whether trying again would meet the same.</param>
public sealed record LaunchOutcome(JsonElement? Output, string? Error, bool Permanent)
{
    /// <summary>Whether it stopped because its run was cancelled; what was done is saved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCancelled { get; init; }
}

/// <summary>What is known of an execution.</summary>
/// <param name="Detail">More for a person; may be empty.</param>
public sealed record LaunchStatus(LaunchState State, StageProgress? Progress, LaunchOutcome? Outcome, string Detail)
{
    /// <summary>Whether it is given up because its run was cancelled.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCancelled { get; init; }
}

/// <summary>How an execution is.</summary>
public enum LaunchState
{
    /// <summary>It was asked for and has not begun.</summary>
    Waiting,

    /// <summary>It runs.</summary>
    Working,

    /// <summary>It ended and said how.</summary>
    Ended,

    /// <summary>It has said nothing for too long, or its platform says that it is over though it said nothing.</summary>
    Lost,

    /// <summary>Neither it nor another one is wanted: the run was cancelled, or no machine came for too long.</summary>
    GivenUp,
}
