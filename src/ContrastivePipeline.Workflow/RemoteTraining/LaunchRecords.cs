using System.Security.Cryptography;
using System.Text;
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

/// <summary>Limits on the machines that train for a host. Part of a workflow's input, so that a replay sees the same.</summary>
/// <param name="MaxAttempts">Machines for one segment, one after the other; evictions of spot machines count.</param>
/// <param name="Poll">Time between two looks where no event comes.</param>
/// <param name="QueueLimit">How long to wait for a machine that has not begun: as long as GPUs are scarce, waiting is no fault.</param>
/// <param name="StartGrace">How long a machine that runs may take until its first sign of life, for example to pull its container.</param>
/// <param name="SilenceLimit">How long a machine may be silent afterwards.</param>
public sealed record LaunchOptions(int MaxAttempts, TimeSpan Poll, TimeSpan QueueLimit, TimeSpan StartGrace, TimeSpan SilenceLimit)
{
    /// <summary>Eight machines, a look every two minutes, a day of waiting, half an hour to start, two minutes of silence.</summary>
    public static LaunchOptions Default { get; } =
        new(8, TimeSpan.FromMinutes(2), TimeSpan.FromDays(1), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(2));
}

/// <summary>One attempt at a stage on a machine of its own.</summary>
/// <param name="Session">Which session of the run: one that is resumed gets machines anew.</param>
/// <param name="Attempt">1-based.</param>
/// <param name="Listener">Which workflow instance to tell when it ends; empty for none.</param>
public sealed record StageOrder(
    string RunId, int Session, string Stage, JsonElement Input, string Generation, string Fingerprint, int Attempt, string Listener)
{
    /// <summary>Names this attempt: a message delivered twice asks for the same execution. Twenty lower-case letters and digits.</summary>
    public string Execution => "x" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{RunId}\n{Session}\n{Fingerprint}\n{Attempt}")))[..19];

    /// <summary>Name of the event that ends the wait.</summary>
    public string Event => $"ended-{Execution}";
}
