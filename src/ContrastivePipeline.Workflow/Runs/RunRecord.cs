using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>One execution of an experiment: <c>runs/{experiment}/{id}/run.json</c>.</summary>
/// <param name="Id">Readable, unique, sorts by time within its experiment, for example <c>demo-20261123-142045-3f2a</c>.</param>
/// <param name="InputFingerprint">SHA-256 of the workflow's input: two runs with the same do the same work.</param>
/// <param name="Generation">The cache generation of its stages; empty for the first.</param>
/// <param name="Session">How many processes have worked on it.</param>
/// <param name="CodeVersion">Version of the program that worked on it last.</param>
/// <param name="Machine">The machine that worked on it last.</param>
/// <param name="Stages">Its stages, in the order in which they began.</param>
public sealed record RunRecord(
    string Id,
    string Experiment,
    string InputFingerprint,
    string Generation,
    RunState State,
    DateTimeOffset Started,
    DateTimeOffset? Finished,
    int Session,
    string CodeVersion,
    string Machine,
    JsonElement Input,
    JsonElement? Output,
    WorkflowStatus? Status,
    IReadOnlyList<RunStage> Stages,
    string? Error)
{
    /// <summary>Lines that <see cref="Log"/> keeps at most.</summary>
    public const int LogLength = 200;

    /// <summary>The host that works on it without holding its experiment, for example <c>durable-functions</c>; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Host { get; init; }

    /// <summary>Consecutive sessions that the host opened because the last ended without reporting; 0 once a person resumes it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Redrives { get; init; }

    /// <summary>What happened last, oldest first; empty in records of older programs.</summary>
    public IReadOnlyList<RunLogLine> Log { get; init; } = [];

    /// <summary>When it was worked on, oldest first; empty in records of older programs.</summary>
    public IReadOnlyList<RunSession> Sessions { get; init; } = [];

    /// <summary>How long it was worked on: the sum of its sessions, without the time between them.</summary>
    /// <returns>Null where the record of an older program does not say: it was killed.</returns>
    public TimeSpan? RunningTime(bool active, DateTimeOffset now)
    {
        if (Sessions.Count == 0)
            return Finished - Started ?? (active ? now - Started : null);
        var known = Sessions.Aggregate(TimeSpan.Zero, (sum, session) => sum + (session.LastSeen - session.Started));
        return active && Finished is null ? known + (now - Sessions[^1].LastSeen) : known;
    }

    /// <summary>This, with the session that is working now last seen at a time.</summary>
    internal RunRecord SeenAt(DateTimeOffset at)
    {
        if (Sessions is not [.., var last] || last.Number != Session)
            return this with { Sessions = [.. Sessions, new RunSession(Session, Sessions.Count == 0 && Session == 1 ? Started : at, at)] };
        return at <= last.LastSeen ? this : this with { Sessions = [.. Sessions.SkipLast(1), last with { LastSeen = at }] };
    }

    /// <summary>This, where the session has waited until a time and begins its work then.</summary>
    internal RunRecord WaitedUntil(DateTimeOffset at) =>
        this with { Sessions = [.. Sessions.Where(session => session.Number != Session), new RunSession(Session, at, at)] };
}

/// <summary>One stage of a run.</summary>
/// <param name="Manifest">Path of its manifest, which exists when the state is completed.</param>
/// <param name="Cached">Whether it was done before this run came to it.</param>
/// <param name="Attempts">How often it was tried, by the last process.</param>
/// <param name="Seconds">How long the attempt that succeeded worked, without waiting for its turn; 0 where the stage was cached.</param>
/// <param name="Progress">How far it is; null before the first report.</param>
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

/// <summary>A stretch of time for which a process, or a durable host, worked on a run. A run that was resumed has several.</summary>
/// <param name="Number">From <see cref="RunRecord.Session"/>.</param>
/// <param name="Started">When its work began; waiting for other runs of the same process is no work.</param>
/// <param name="LastSeen">When it was last known to work; of a session that ended, its end.</param>
public sealed record RunSession(int Number, DateTimeOffset Started, DateTimeOffset LastSeen);

/// <summary>Ids of runs: <c>{experiment}-{yyyyMMdd}-{HHmmss}-{4 random hexadecimal digits}</c>, time in UTC.</summary>
public static class RunId
{
    /// <summary>A new id.</summary>
    public static string New(string experiment, DateTimeOffset now) =>
        $"{experiment}-{now.UtcDateTime:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";

    /// <summary>The experiment that an id names, or null when it is no such id.</summary>
    public static string? ExperimentOf(string id)
    {
        var parts = id.Split('-');
        return parts.Length >= 4 && parts[^3].Length == 8 && parts[^2].Length == 6 ? string.Join('-', parts[..^3]) : null;
    }
}
