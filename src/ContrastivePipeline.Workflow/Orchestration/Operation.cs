using System.Text.Json;

namespace ContrastivePipeline.Workflow.Orchestration;

/// <summary>Something that a workflow asks of the world and whose answer is of the moment: start a machine, look how it is. Unlike a stage
/// it has no manifest and is done at every request; it must be idempotent.</summary>
public abstract class Operation
{
    private protected Operation(string name) => Name = name;

    /// <summary>Name, lower-case words joined by '-'.</summary>
    public string Name { get; }

    internal abstract Task<JsonElement> RunAsync(JsonElement input, CancellationToken cancellationToken);
}

/// <inheritdoc cref="Operation"/>
/// <param name="name">Name, lower-case words joined by '-'.</param>
public sealed class Operation<TInput, TOutput>(string name, Func<TInput, CancellationToken, Task<TOutput>> method) : Operation(name)
    where TInput : notnull
    where TOutput : notnull
{
    internal override async Task<JsonElement> RunAsync(JsonElement input, CancellationToken cancellationToken) =>
        WorkflowJson.ToElement(await method(WorkflowJson.FromElement<TInput>(input), cancellationToken));
}

/// <summary>Names an operation, so that a workflow can ask for it.</summary>
public sealed record OperationReference<TInput, TOutput>(string Name);

/// <summary>The operations that a host can do, by name.</summary>
/// <exception cref="ArgumentException">Two operations have one name.</exception>
public sealed class OperationRegistry(params IEnumerable<Operation> operations)
{
    private readonly NamedParts<Operation> _operations = new("operation", operations, operation => operation.Name);

    /// <summary>Does an operation.</summary>
    /// <exception cref="KeyNotFoundException">This host has no such operation.</exception>
    public Task<JsonElement> RunAsync(string name, JsonElement input, CancellationToken cancellationToken) =>
        _operations[name].RunAsync(input, cancellationToken);
}
