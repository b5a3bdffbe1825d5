using System.Text.Json;

namespace ContrastivePipeline.Tests.Workflow;

/// <summary>
/// Runs a workflow as a durable host does: each call is recorded, in order; a replay answers from the record and fails where the workflow
/// asks for something else.
/// </summary>
public sealed class ReplayContext(Func<string, JsonElement, object> stages, IReadOnlyList<string>? history = null) : IWorkflowContext
{
    private readonly List<string> _calls = [];
    private readonly Dictionary<string, WorkflowDefinition> _children = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Calls => _calls;

    public string RunId => "replay-20261123-142045-3f2a";

    public int ChildrenAtOnce { get; init; } = int.MaxValue;

    public ReplayContext With(WorkflowDefinition child)
    {
        _children.Add(child.Name, child);
        return this;
    }

    public Task<TOutput> CallAsync<TInput, TOutput>(StageReference<TInput, TOutput> stage, TInput input)
    {
        var element = WorkflowJson.ToElement(input);
        Record($"{stage.Name} {CanonicalJson.Of(element)}");
        return Task.FromResult((TOutput)stages(stage.Name, element));
    }

    public Task<TOutput> DoAsync<TInput, TOutput>(OperationReference<TInput, TOutput> operation, TInput input)
    {
        var element = WorkflowJson.ToElement(input);
        Record($"do {operation.Name} {CanonicalJson.Of(element)}");
        return Task.FromResult((TOutput)stages(operation.Name, element));
    }

    public async Task<TOutput> ContinueAsync<TInput, TOutput>(WorkflowReference<TInput, TOutput> self, TInput input)
    {
        Record($"continue {self.Name}");
        return WorkflowJson.FromElement<TOutput>(await _children[self.Name].RunAsync(this, WorkflowJson.ToElement(input)));
    }

    public async Task<TOutput> CallWorkflowAsync<TInput, TOutput>(
        WorkflowReference<TInput, TOutput> workflow, TInput input, string instance)
    {
        Record($"{workflow.Name} {instance}");
        return WorkflowJson.FromElement<TOutput>(await _children[workflow.Name].RunAsync(this, WorkflowJson.ToElement(input)));
    }

    public Task<T> WaitForEventAsync<T>(string name, TimeSpan timeout) => throw new TimeoutException(name);

    public Task DelayAsync(TimeSpan delay) => Task.CompletedTask;

    public void Report(WorkflowStatus status) => Record($"report {status}");

    private void Record(string call)
    {
        if (history is not null)
            Assert.Equal(history[_calls.Count], call);
        _calls.Add(call);
    }
}
