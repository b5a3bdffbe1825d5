namespace ContrastivePipeline.Workflow.Stages;

/// <summary>The stages that a host can run, by name.</summary>
public sealed class StageRegistry
{
    private readonly Dictionary<string, Stage> _stages = new(StringComparer.Ordinal);

    /// <summary>Creates a registry.</summary>
    /// <exception cref="ArgumentException">Two stages have one name.</exception>
    public StageRegistry(params IEnumerable<Stage> stages)
    {
        foreach (var stage in stages)
        {
            if (!_stages.TryAdd(stage.Name, stage))
                throw new ArgumentException($"Two stages are named '{stage.Name}'.", nameof(stages));
        }
    }

    /// <summary>The stage of that name.</summary>
    /// <exception cref="KeyNotFoundException">This host has no such stage.</exception>
    public Stage this[string name] => _stages.TryGetValue(name, out var stage)
        ? stage
        : throw new KeyNotFoundException($"This host has no stage '{name}'; it has {string.Join(", ", _stages.Keys.Order())}.");
}
