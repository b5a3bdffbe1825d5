using System.Text.Json;
using Microsoft.DurableTask;

namespace ContrastivePipeline.Tests.Functions;

internal enum ActionKind
{
    Activity,
    Orchestration,
    Timer,
}

/// <summary>Something that an orchestration asked for.</summary>
internal sealed record OrchestrationAction(ActionKind Kind, string Name, string Input, string Instance);

/// <summary>The end of an action, or an event.</summary>
internal sealed record OrchestrationResult(int? Action, string Event, JsonElement Output, TaskFailureDetails? Failure);

/// <summary>What an instance asked for and what came of it, each in its order: all that a replay has.</summary>
internal sealed class OrchestrationHistory
{
    public List<OrchestrationAction> Actions { get; } = [];

    public List<OrchestrationResult> Results { get; } = [];

    public HashSet<int> DroppedTimers { get; } = [];
}
