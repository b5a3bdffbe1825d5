using System.Text.Json;

namespace ContrastivePipeline.Workflow.Orchestration;

/// <summary>Names a workflow, so that a host can start it and another workflow can call it.</summary>
public sealed record WorkflowReference<TInput, TOutput>(string Name);

/// <summary>A workflow that a host can run by name. See <see cref="WorkflowDefinition{TInput, TOutput}"/>.</summary>
public abstract class WorkflowDefinition
{
    private protected WorkflowDefinition(string name) => Name = name;

    /// <summary>Name of the workflow.</summary>
    public string Name { get; }

    /// <summary>Runs it on a host's port.</summary>
    public abstract Task<JsonElement> RunAsync(IWorkflowContext context, JsonElement input);
}

/// <summary>A deterministic async method over <see cref="IWorkflowContext"/>, with its name.</summary>
public sealed class WorkflowDefinition<TInput, TOutput>(
    string name, Func<IWorkflowContext, TInput, Task<TOutput>> method) : WorkflowDefinition(name)
    where TInput : notnull
    where TOutput : notnull
{
    /// <summary>What hosts and other workflows call it by.</summary>
    public WorkflowReference<TInput, TOutput> Reference => new(Name);

    /// <inheritdoc/>
    public override async Task<JsonElement> RunAsync(IWorkflowContext context, JsonElement input) =>
        WorkflowJson.ToElement(await method(context, WorkflowJson.FromElement<TInput>(input)));
}

/// <summary>The workflows that a host can run, by name.</summary>
/// <exception cref="ArgumentException">Two workflows have one name.</exception>
public sealed class WorkflowRegistry(params IEnumerable<WorkflowDefinition> workflows)
{
    private readonly NamedParts<WorkflowDefinition> _workflows = new("workflow", workflows, workflow => workflow.Name);

    /// <summary>The workflow of that name.</summary>
    /// <exception cref="KeyNotFoundException">This host has no such workflow.</exception>
    public WorkflowDefinition this[string name] => _workflows[name];
}
