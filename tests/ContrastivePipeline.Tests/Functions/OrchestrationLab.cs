using System.Reflection;
using System.Text.Json;
using ContrastivePipeline.Functions.Orchestrations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>
/// Runs orchestrations as a durable host does: from the beginning again at every step, with the results so far. Time passes only when
/// nothing else is left to do.
/// </summary>
/// <param name="activity">Does an activity: its function's name, its input; what it returns is its output, what it throws fails it.</param>
/// <param name="order">Which of so many activities that wait is done next; the first where left out.</param>
internal sealed class OrchestrationLab(Func<string, JsonElement, Task<object>> activity, Func<int, int>? order = null)
{
    private readonly List<(Instance Owner, int Action)> _activities = [];
    private readonly Queue<Instance> _replays = [];
    private readonly List<(TimeSpan Due, Instance Owner, OrchestrationHistory History, int Action)> _timers = [];
    private TimeSpan _now;

    /// <summary>The app's orchestrations, by name.</summary>
    public Dictionary<string, Func<TaskOrchestrationContext, Task<JsonElement>>> Orchestrations { get; } = FunctionCatalog.Methods
        .Where(function => function.Has<OrchestrationTriggerAttribute>())
        .ToDictionary(function => function.Name, function => function.Method.CreateDelegate<Func<TaskOrchestrationContext, Task<JsonElement>>>());

    public Dictionary<string, Instance> Instances { get; } = [];

    /// <summary>Activities in the order in which they were done.</summary>
    public List<string> Done { get; } = [];

    /// <summary>Time that has passed, as the orchestrations see it.</summary>
    public TimeSpan Elapsed => _now;

    public int Replays { get; private set; }

    public Task<Instance> RunAsync(string orchestration, OrchestrationInput input, string id = "run") =>
        RunAsync(orchestration, JsonSerializer.Serialize(input), id);

    public async Task<Instance> RunAsync(string orchestration, string input, string id)
    {
        var root = Begin(orchestration, id, input, null, 0);
        while (root.IsRunning)
        {
            // One after the other: an instance that ends inside another's replay would have that one replayed inside itself.
            if (_replays.TryDequeue(out var next))
                Replay(next);
            else if (_activities.Count > 0)
                await DoNextActivityAsync();
            else
                PassTime();
        }
        return root;
    }

    public void Raise(string instance, string name, object payload) =>
        Tell(Instances[instance], new OrchestrationResult(null, name, JsonSerializer.SerializeToElement(payload), null));

    private Instance Begin(string orchestration, string id, string input, Instance? parent, int action)
    {
        var instance = Instances[id] = new Instance(orchestration, id, parent, action) { Input = input };
        _replays.Enqueue(instance);
        return instance;
    }

    private void Tell(Instance instance, OrchestrationResult result)
    {
        instance.History.Results.Add(result);
        _replays.Enqueue(instance);
    }

    private void Replay(Instance instance)
    {
        if (!instance.IsRunning)
            return;
        Replays++;
        var history = instance.History;
        var known = history.Actions.Count;
        var context = new ReplayedContext(instance.Orchestration, instance.Id, instance.Input, history);
        var running = WithoutSynchronization(() => context.Replay(Orchestrations[instance.Orchestration]));
        instance.Status = context.Status ?? instance.Status;
        if (running.IsCompleted)
            End(instance, running, context.ContinuedWith);
        else
            Carry(instance, history, known);
    }

    private void End(Instance instance, Task<JsonElement> ended, string? continuedWith)
    {
        if (ended.Exception?.InnerException is InvalidOperationException { Message: var message } fault && message.Contains("not deterministic", StringComparison.Ordinal))
            throw fault;
        if (ended.IsCompletedSuccessfully && continuedWith is not null)
        {
            instance.Histories.Add(instance.History);
            (instance.Input, instance.History) = (continuedWith, new OrchestrationHistory());
            _replays.Enqueue(instance);
            return;
        }
        instance.Ended = ended;
        if (instance.Parent is { } parent)
            Tell(parent, new OrchestrationResult(instance.Action, "", instance.Output, instance.Failure));
    }

    private void Carry(Instance instance, OrchestrationHistory history, int known)
    {
        for (var number = known; number < history.Actions.Count && history == instance.History; number++)
        {
            var action = history.Actions[number];
            if (action.Kind == ActionKind.Activity)
                _activities.Add((instance, number));
            else if (action.Kind == ActionKind.Timer)
                _timers.Add((_now + TimeSpan.Parse(action.Name, null), instance, history, number));
            else
                Begin(action.Name, action.Instance, action.Input, instance, number);
        }
    }

    private async Task DoNextActivityAsync()
    {
        var next = order?.Invoke(_activities.Count) ?? 0;
        var (owner, number) = _activities[next];
        _activities.RemoveAt(next);
        var action = owner.History.Actions[number];
        Done.Add(action.Name);
        OrchestrationResult result;
        try
        {
            var output = await activity(action.Name, JsonDocument.Parse(action.Input).RootElement);
            result = new OrchestrationResult(number, "", JsonSerializer.SerializeToElement(output, output.GetType()), null);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            result = new OrchestrationResult(number, "", default, Instance.DetailsOf(fault));
        }
        Tell(owner, result);
    }

    private void PassTime()
    {
        _timers.RemoveAll(timer => timer.History.DroppedTimers.Contains(timer.Action) || timer.History != timer.Owner.History || !timer.Owner.IsRunning);
        if (_timers.Count == 0)
            throw new InvalidOperationException("Every orchestration waits for something that nobody will do.");
        var (due, owner, _, action) = _timers.MinBy(timer => timer.Due);
        _timers.RemoveAll(timer => timer.Owner == owner && timer.Action == action);
        _now = due;
        Tell(owner, new OrchestrationResult(action, "", default, null));
    }

    /// <summary>Continuations then run where the result is set, as on a durable host's single thread.</summary>
    private static T WithoutSynchronization<T>(Func<T> work)
    {
        var own = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return work();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(own);
        }
    }

    /// <summary>An instance.</summary>
    internal sealed class Instance(string orchestration, string id, Instance? parent, int action)
    {
        public string Orchestration { get; } = orchestration;

        public string Id { get; } = id;

        public Instance? Parent { get; } = parent;

        public int Action { get; } = action;

        public required string Input { get; set; }

        public OrchestrationHistory History { get; set; } = new();

        /// <summary>Those that it has shed.</summary>
        public List<OrchestrationHistory> Histories { get; } = [];

        public string? Status { get; set; }

        public Task<JsonElement>? Ended { get; set; }

        public bool IsRunning => Ended is null;

        public JsonElement Output => Ended is { IsCompletedSuccessfully: true } ended ? ended.Result.Clone() : default;

        public TaskFailureDetails? Failure => Ended?.Exception?.InnerException is { } fault ? DetailsOf(fault) : null;

        public static TaskFailureDetails DetailsOf(Exception fault) =>
            new(fault.GetType().FullName!, fault.Message, fault.StackTrace, fault.InnerException is { } inner ? DetailsOf(inner) : null);
    }
}

/// <summary>The app's functions, found by their attributes.</summary>
internal static class FunctionCatalog
{
    public static IReadOnlyList<Function> Methods { get; } =
    [
        .. typeof(WorkflowOrchestrations).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("ContrastivePipeline.Functions", StringComparison.Ordinal) == true)
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
            .Select(method => new Function(method.GetCustomAttribute<FunctionAttribute>()!.Name, method)),
    ];

    internal sealed record Function(string Name, MethodInfo Method)
    {
        public bool Has<TAttribute>()
            where TAttribute : Attribute => Method.GetParameters().Any(parameter => parameter.IsDefined(typeof(TAttribute)));
    }
}
