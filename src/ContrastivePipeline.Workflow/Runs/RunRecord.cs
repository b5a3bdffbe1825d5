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

    /// <summary>The host that works on it where that is no process that holds its experiment, for example <c>durable-functions</c>; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Host { get; init; }

    /// <summary>How many sessions in a row the host opened by itself because the one before ended without a word; 0 once a person resumes it.</summary>
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
