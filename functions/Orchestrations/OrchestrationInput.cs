using System.Text.Json;

namespace ContrastivePipeline.Functions.Orchestrations;

/// <summary>Input of every orchestration.</summary>
public sealed record OrchestrationInput(OrchestrationScope Scope, JsonElement Input);

/// <summary>What all orchestrations of a run share, fixed when it starts, so that a changed setting cannot change a replay.</summary>
/// <param name="Session">Which session of it: 1, and one more whenever it is resumed.</param>
/// <param name="LaunchedStage">The stage that gets machines of its own.</param>
/// <param name="Launch">Timeouts of those machines; null where the stage runs as an activity like the others.</param>
/// <param name="TrialsAtOnce">Trials running at once, and so machines: a trial has one at most.</param>
public sealed record OrchestrationScope(
    string RunId, int Session, string Generation, string LaunchedStage, LaunchOptions? Launch, int TrialsAtOnce)
{
    /// <summary>Retries of an activity after a transient fault.</summary>
    public ActivityRetry Retry { get; init; } = ActivityRetry.Default;

    /// <summary>Scope of an orchestration that belongs to no run.</summary>
    public static OrchestrationScope Alone { get; } = new("", 1, "", "", null, 1);
}
