using System.Collections.Concurrent;

namespace ContrastivePipeline.Tests.Workflow;

public sealed record Number(int Value);

public sealed record Written(Artifact File);

/// <summary>A stage made of a method, for tests.</summary>
public sealed class MethodStage<TInput, TOutput>(
    string name, Func<TInput, StageContext, CancellationToken, Task<TOutput>> method, StageResource resource = StageResource.Cpu,
    int version = 1) : Stage<TInput, TOutput>(name, version, resource)
    where TInput : notnull
    where TOutput : notnull
{
    private int _runs;

    public int Runs => _runs;

    public override Task<TOutput> RunAsync(TInput input, StageContext context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        return method(input, context, cancellationToken);
    }

    protected override string Label(TInput input) => input is Number number ? $"n-{number.Value}" : "";
}

/// <summary>Keeps what it sees.</summary>
public sealed class RecordingObserver : IRunObserver
{
    private readonly ConcurrentQueue<RunEvent> _events = new();

    public IReadOnlyList<RunEvent> Events => [.. _events];

    public Action<RunEvent>? OnEvent { get; init; }

    public void Observe(RunEvent happened)
    {
        _events.Enqueue(happened);
        OnEvent?.Invoke(happened);
    }
}

/// <summary>A store with everything over it.</summary>
public sealed class WorkflowLab(ArtifactStore store) : IDisposable
{
    private readonly string _scratch = Path.Combine(Path.GetTempPath(), "workflow-tests-" + Guid.NewGuid().ToString("N"));

    public ArtifactStore Store { get; } = store;

    public RunStore Runs { get; } = new(store);

    public string Scratch => _scratch;

    public static LocalHostOptions Options { get; } = new()
    {
        Retry = new RetryPolicy(3, TimeSpan.FromMilliseconds(1), 2, TimeSpan.FromMilliseconds(5)),
    };

    public StageRunner Runner(params Stage[] stages) => new(Store, new StageRegistry(stages), _scratch, TimeProvider.System);

    public LocalHost Host(WorkflowDefinition workflow, params Stage[] stages) => Host(Options, [workflow], stages);

    public LocalHost Host(LocalHostOptions options, WorkflowDefinition[] workflows, params Stage[] stages) =>
        new(Runner(stages), new WorkflowRegistry(workflows), options, TimeProvider.System);

    public RunLauncher Launcher(LocalHost host) => new(Runs, host, NullRunObserver.Instance, TimeProvider.System);

    public void Dispose()
    {
        if (Directory.Exists(_scratch))
            Directory.Delete(_scratch, recursive: true);
    }
}
