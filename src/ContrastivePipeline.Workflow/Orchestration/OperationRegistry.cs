using System.Text.Json;

namespace ContrastivePipeline.Workflow.Orchestration;

/// <summary>The operations that a host can do, by name.</summary>
public sealed class OperationRegistry
{
    private readonly Dictionary<string, Operation> _operations = new(StringComparer.Ordinal);

    /// <summary>Creates a registry.</summary>
    /// <exception cref="ArgumentException">Two operations have one name.</exception>
    public OperationRegistry(params IEnumerable<Operation> operations)
    {
        foreach (var operation in operations)
        {
            if (!_operations.TryAdd(operation.Name, operation))
                throw new ArgumentException($"Two operations are named '{operation.Name}'.", nameof(operations));
        }
    }

    /// <summary>Does an operation.</summary>
    /// <exception cref="KeyNotFoundException">This host has no such operation.</exception>
    public Task<JsonElement> RunAsync(string name, JsonElement input, CancellationToken cancellationToken) =>
        _operations.TryGetValue(name, out var operation)
            ? operation.RunAsync(input, cancellationToken)
            : throw new KeyNotFoundException($"This host has no operation '{name}'; it has {string.Join(", ", _operations.Keys.Order())}.");
}
