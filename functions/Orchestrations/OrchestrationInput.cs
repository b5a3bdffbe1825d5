using System.Text.Json;
using ContrastivePipeline.Workflow.RemoteTraining;

namespace ContrastivePipeline.Functions.Orchestrations;

/// <summary>Input of every orchestration.</summary>
/// <param name="Scope">What all orchestrations of a run share.</param>
/// <param name="Input">The workflow's input.</param>
public sealed record OrchestrationInput(OrchestrationScope Scope, JsonElement Input);

/// <summary>What all orchestrations of a run share, fixed when it starts, so that a changed setting cannot change a replay.</summary>
/// <param name="RunId">Id of the run; empty where there is none.</param>
/// <param name="Session">Which session of it: 1, and one more whenever it is resumed.</param>
/// <param name="Generation">The cache generation of its stages.</param>
/// <param name="LaunchedStage">The stage that gets machines of its own.</param>
/// <param name="Launch">How patient to be with them; null where it runs as an activity like the others.</param>
/// <param name="TrialsAtOnce">Trials running at once, and so machines: a trial has one at most.</param>
public sealed record OrchestrationScope(
    string RunId, int Session, string Generation, string LaunchedStage, LaunchOptions? Launch, int TrialsAtOnce)
{
    /// <summary>How an activity that met a transient fault is tried again.</summary>
    public ActivityRetry Retry { get; init; } = ActivityRetry.Default;

    /// <summary>For what belongs to no run.</summary>
    public static OrchestrationScope Alone { get; } = new("", 1, "", "", null, 1);
}

/// <summary>How an activity that met a transient fault is tried again. The wait doubles from attempt to attempt.</summary>
/// <param name="Attempts">Attempts in all, the first included.</param>
/// <param name="FirstWait">Time between the first attempt and the second.</param>
/// <param name="LongestWait">No wait is longer.</param>
public sealed record ActivityRetry(int Attempts, TimeSpan FirstWait, TimeSpan LongestWait)
{
    /// <summary>Five attempts, 5, 10, 20 and 40 s apart.</summary>
    public static ActivityRetry Default { get; } = new(5, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
}
