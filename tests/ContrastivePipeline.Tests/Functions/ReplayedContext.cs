using System.Text.Json;
using Microsoft.DurableTask;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>
/// What an orchestration sees while it is replayed: what it asks for is compared with the history, or added to it where the history ends. All
/// its continuations run inside <see cref="Replay"/>, so a replay is one call.
/// </summary>
internal sealed class ReplayedContext(string name, string id, string input, OrchestrationHistory history) : TaskOrchestrationContext
{
    private readonly Dictionary<int, TaskCompletionSource<JsonElement>> _asked = [];
    private readonly Dictionary<string, TaskCompletionSource<JsonElement?>> _expected = [];
    private readonly Dictionary<string, Queue<JsonElement>> _unexpected = [];
    private int _next;

    public override TaskName Name => name;

    public override string InstanceId => id;

    public string? ContinuedWith { get; private set; }

    public string? Status { get; private set; }

    /// <summary>Runs an orchestration through its history.</summary>
    /// <returns>Its task; complete where it has ended.</returns>
    /// <exception cref="InvalidOperationException">It asked for something else than the last time.</exception>
    public Task<JsonElement> Replay(Func<TaskOrchestrationContext, Task<JsonElement>> orchestration)
    {
        var running = orchestration(this);
        foreach (var result in history.Results.ToArray())
        {
            if (result.Action is { } action)
                Complete(_asked.GetValueOrDefault(action) ?? throw Other($"nothing, where its history has {history.Actions[action]}"), result);
            else
                Deliver(result);
        }
        if (_next < history.Actions.Count)
            throw Other($"nothing, where its history has {history.Actions[_next]}");
        return running;
    }

    public override T? GetInput<T>()
        where T : default => JsonSerializer.Deserialize<T>(input);

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        var policy = options?.Retry?.Policy;
        var wait = policy?.FirstRetryInterval ?? TimeSpan.Zero;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Read<TResult>(await AskAsync(ActionKind.Activity, name.Name, Write(input)));
            }
            catch (TaskFailedException) when (policy is not null && attempt < policy.MaxNumberOfAttempts)
            {
                await CreateTimer(wait, CancellationToken.None);
                wait = TimeSpan.FromTicks(Math.Min((long)(wait.Ticks * policy.BackoffCoefficient), policy.MaxRetryInterval.Ticks));
            }
        }
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        Read<TResult>(await AskAsync(
            ActionKind.Orchestration, orchestratorName.Name, Write(input), (options as SubOrchestrationOptions)?.InstanceId ?? $"{id}:{_next}"));

    public override Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken) =>
        AskAsync(ActionKind.Timer, delay.ToString(), "");

    public override async Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout)
    {
        if (_unexpected.TryGetValue(eventName, out var waiting) && waiting.TryDequeue(out var there))
            return Read<T>(there);
        var expected = _expected[eventName] = new TaskCompletionSource<JsonElement?>();
        var timer = _next;
        _ = TimeOutAsync(CreateTimer(timeout, CancellationToken.None), expected);
        var payload = await expected.Task;
        _expected.Remove(eventName);
        if (payload is null)
            throw new TaskCanceledException($"{eventName} did not come.");
        history.DroppedTimers.Add(timer);
        return Read<T>(payload.Value);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => ContinuedWith = Write(newInput);

    public override void SetCustomStatus(object? customStatus) => Status = Write(customStatus);

    private static async Task TimeOutAsync(Task timer, TaskCompletionSource<JsonElement?> expected)
    {
        await timer;
        expected.TrySetResult(null);
    }

    private Task<JsonElement> AskAsync(ActionKind kind, string name, string input, string instance = "")
    {
        var asked = new OrchestrationAction(kind, name, input, instance);
        var number = _next++;
        if (number == history.Actions.Count)
            history.Actions.Add(asked);
        else if (history.Actions[number] != asked)
            throw Other($"{asked}, where its history has {history.Actions[number]}");
        return (_asked[number] = new TaskCompletionSource<JsonElement>()).Task;
    }

    private void Complete(TaskCompletionSource<JsonElement> asked, OrchestrationResult result)
    {
        var action = history.Actions[result.Action!.Value];
        if (result.Failure is { } failure)
            asked.TrySetException(new TaskFailedException(action.Name, result.Action.Value, failure));
        else
            asked.TrySetResult(result.Output);
    }

    private void Deliver(OrchestrationResult happened)
    {
        if (_expected.TryGetValue(happened.Event, out var waiting) && waiting.TrySetResult(happened.Output))
            return;
        if (!_unexpected.TryGetValue(happened.Event, out var queue))
            _unexpected[happened.Event] = queue = [];
        queue.Enqueue(happened.Output);
    }

    private InvalidOperationException Other(string asked) => new($"{name} is not deterministic: replayed, it asked for {asked}.");

    private static string Write(object? value) => JsonSerializer.Serialize(value);

    private static T Read<T>(JsonElement value) => value.Deserialize<T>()!;
}
