using System.Text.Json;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>A named, versioned, idempotent step. Derive from <see cref="Stage{TInput, TOutput}"/>.</summary>
public abstract partial class Stage
{
    private protected Stage(string name, int version, StageResource resource)
    {
        if (!Names().IsMatch(name))
            throw new ArgumentException($"'{name}' cannot name a stage: lower-case words joined by '-' can.", nameof(name));
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        Name = name;
        Version = version;
        Resource = resource;
    }

    /// <summary>Name, which is also its folder in the store.</summary>
    public string Name { get; }

    /// <summary>Raised whenever the same input would give another output: results of other versions are not reused.</summary>
    public int Version { get; }

    /// <summary>What it uses most.</summary>
    public StageResource Resource { get; }

    internal abstract string LabelOf(JsonElement input);

    internal abstract JsonElement FingerprintedOf(JsonElement input);

    internal abstract Task<JsonElement> RunAsync(JsonElement input, StageContext context, CancellationToken cancellationToken);

    internal abstract Task<bool> IsThereAsync(StageManifest manifest, ArtifactStore store, CancellationToken cancellationToken);

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Names();
}

/// <summary>A step from one small record to another; the records point to blobs and never contain data.</summary>
/// <remarks>A stage may be run again at any time, and by two machines at once: it writes only below <see cref="StageContext.Path"/> or to
/// content-addressed places, and what it writes follows from its input alone.</remarks>
/// <typeparam name="TInput">Input record; everything that the output depends on is in it.</typeparam>
/// <typeparam name="TOutput">Output record.</typeparam>
/// <param name="name">Lower-case words joined by '-'.</param>
/// <param name="version">At least 1; see <see cref="Stage.Version"/>.</param>
public abstract class Stage<TInput, TOutput>(string name, int version, StageResource resource) : Stage(name, version, resource)
    where TInput : notnull
    where TOutput : notnull
{
    /// <summary>What a workflow calls the stage by.</summary>
    public StageReference<TInput, TOutput> Reference => new(Name);

    /// <summary>Does the work.</summary>
    /// <param name="cancellationToken">Asks to stop at the next point from which the work can resume later.</param>
    /// <returns>The output, after every blob that it names was written.</returns>
    public abstract Task<TOutput> RunAsync(TInput input, StageContext context, CancellationToken cancellationToken);

    /// <summary>Whether what a manifest names still exists: then the stage need not run again. Damage is found by reading.</summary>
    protected virtual Task<bool> IsThereAsync(
        StageManifest manifest, TOutput output, ArtifactStore store, CancellationToken cancellationToken) =>
        ArtifactCheck.AllThereAsync(store, manifest.Output, cancellationToken);

    /// <summary>What the stage is for, for people, for example <c>clip+ls-seed-1-steps-0-100</c>; part of its path.</summary>
    protected virtual string Label(TInput input) => "";

    internal sealed override string LabelOf(JsonElement input) => Label(WorkflowJson.FromElement<TInput>(input));

    internal sealed override JsonElement FingerprintedOf(JsonElement input) =>
        WorkflowJson.ToFingerprinted(WorkflowJson.FromElement<TInput>(input));

    internal sealed override Task<bool> IsThereAsync(StageManifest manifest, ArtifactStore store, CancellationToken cancellationToken) =>
        IsThereAsync(manifest, WorkflowJson.FromElement<TOutput>(manifest.Output), store, cancellationToken);

    internal sealed override async Task<JsonElement> RunAsync(
        JsonElement input, StageContext context, CancellationToken cancellationToken) =>
        WorkflowJson.ToElement(await RunAsync(WorkflowJson.FromElement<TInput>(input), context, cancellationToken));
}

/// <summary>Names a stage without knowing its code, so that a workflow can call it on any host.</summary>
/// <param name="Name">Name of the stage, for example <c>prepare-dataset</c>.</param>
public sealed record StageReference<TInput, TOutput>(string Name);

/// <summary>What a stage uses most, so that a host can bound how many run at once.</summary>
public enum StageResource
{
    /// <summary>Waits for disks and networks.</summary>
    Io,

    /// <summary>Computes, and spreads over cores by itself.</summary>
    Cpu,

    /// <summary>Trains or runs a model: gets a thread of its own for as long as it runs.</summary>
    Training,
}

/// <summary>The stages that a host can run, by name.</summary>
/// <exception cref="ArgumentException">Two stages have one name.</exception>
public sealed class StageRegistry(params IEnumerable<Stage> stages)
{
    private readonly NamedParts<Stage> _stages = new("stage", stages, stage => stage.Name);

    /// <summary>The stage of that name.</summary>
    /// <exception cref="KeyNotFoundException">This host has no such stage.</exception>
    public Stage this[string name] => _stages[name];
}

/// <summary>What a host has of one kind, by name.</summary>
internal sealed class NamedParts<T>
{
    private readonly string _kind;
    private readonly Dictionary<string, T> _parts = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">Two parts have one name.</exception>
    public NamedParts(string kind, IEnumerable<T> parts, Func<T, string> nameOf)
    {
        _kind = kind;
        foreach (var part in parts)
        {
            if (!_parts.TryAdd(nameOf(part), part))
                throw new ArgumentException($"Two {kind}s are named '{nameOf(part)}'.", nameof(parts));
        }
    }

    /// <exception cref="KeyNotFoundException">The host has no such part.</exception>
    public T this[string name] => _parts.TryGetValue(name, out var part)
        ? part
        : throw new KeyNotFoundException($"This host has no {_kind} '{name}'; it has {string.Join(", ", _parts.Keys.Order())}.");
}
