namespace ContrastivePipeline.Workflow.Orchestration;

/// <summary>The workflows that a host can run, by name.</summary>
public sealed class WorkflowRegistry
{
    private readonly Dictionary<string, WorkflowDefinition> _workflows = new(StringComparer.Ordinal);

    /// <summary>Creates a registry.</summary>
    /// <exception cref="ArgumentException">Two workflows have one name.</exception>
    public WorkflowRegistry(params IEnumerable<WorkflowDefinition> workflows)
    {
        foreach (var workflow in workflows)
        {
            if (!_workflows.TryAdd(workflow.Name, workflow))
                throw new ArgumentException($"Two workflows are named '{workflow.Name}'.", nameof(workflows));
        }
    }

    /// <summary>The workflow of that name.</summary>
    /// <exception cref="KeyNotFoundException">This host has no such workflow.</exception>
    public WorkflowDefinition this[string name] => _workflows.TryGetValue(name, out var workflow)
        ? workflow
        : throw new KeyNotFoundException($"This host has no workflow '{name}'; it has {string.Join(", ", _workflows.Keys.Order())}.");
}
