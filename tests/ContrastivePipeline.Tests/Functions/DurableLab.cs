using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using DurableTask.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing.Sidecar;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>
/// The app's orchestrations on the Durable Task engine, worker and client, as they are published; the engine keeps its state in memory. What
/// activities answer is the test's business.
/// </summary>
internal sealed class DurableLab : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _done = [];
    private readonly ConcurrentDictionary<string, RecordedInstance> _instances = [];
    private WebApplication _engine = null!;
    private IHost _worker = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts orchestrations, raises events, asks for states.</summary>
    public DurableTaskClient Client => _worker.Services.GetRequiredService<DurableTaskClient>();

    /// <summary>Activities in the order in which they were begun.</summary>
    public IReadOnlyList<string> Done => [.. _done];

    /// <summary>What each instance asked for.</summary>
    public IReadOnlyDictionary<string, RecordedInstance> Instances => _instances;

    /// <summary>Starts an engine with all orchestrations of the app.</summary>
    /// <param name="activity">Does an activity: its function's name, its input; what it returns is its output, what it throws fails it.</param>
    /// <param name="replaced">Orchestrations in place of the app's own, or beside them.</param>
    public static async Task<DurableLab> StartAsync(
        Func<string, JsonElement, Task<object>> activity,
        params (string Name, Func<TaskOrchestrationContext, Task<JsonElement>> Run)[] replaced)
    {
        var lab = new DurableLab();
        var orchestrations = FunctionCatalog.Methods
            .Where(function => function.Has<OrchestrationTriggerAttribute>())
            .ToDictionary(
                function => function.Name, function => function.Method.CreateDelegate<Func<TaskOrchestrationContext, Task<JsonElement>>>());
        foreach (var (name, run) in replaced)
        {
            orchestrations[name] = run;
        }
        lab._engine = await StartEngineAsync();
        lab._worker = new HostBuilder().ConfigureServices(services =>
        {
            services.AddDurableTaskWorker(worker =>
            {
                worker.UseGrpc(lab._engine.Urls.Single());
                worker.AddTasks(registry =>
                {
                    foreach (var (name, run) in orchestrations)
                    {
                        registry.AddOrchestratorFunc<OrchestrationInput?, JsonElement>(name, (context, _) => run(lab.Record(context)));
                    }
                    foreach (var function in FunctionCatalog.Methods.Where(function => function.Has<ActivityTriggerAttribute>()))
                    {
                        registry.AddActivityFunc<JsonElement, object>(
                            function.Name, (_, input) => lab.DoAsync(function.Name, input, activity));
                    }
                });
            });
            services.AddDurableTaskClient(client =>
            {
                client.UseGrpc(lab._engine.Urls.Single());
                client.RegisterDirectly();
            });
        }).Build();
        await lab._worker.StartAsync(Cancellation);
        return lab;
    }

    /// <summary>Runs an orchestration to its end.</summary>
    public async Task<OrchestrationMetadata> RunAsync(string orchestration, OrchestrationInput? input, string id = "run")
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(orchestration, input, new StartOrchestrationOptions(id), Cancellation);
        return await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync(CancellationToken.None);
        _worker.Dispose();
        await _engine.StopAsync(CancellationToken.None);
        await _engine.DisposeAsync();
    }

    /// <summary>The engine of the in-process test host behind gRPC on a free port of loopback.</summary>
    private static async Task<WebApplication> StartEngineAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
            server.Listen(IPAddress.Loopback, 0, address => address.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        var engine = new WideEngine();
        builder.Services.AddSingleton<IOrchestrationService>(engine).AddSingleton<IOrchestrationServiceClient>(engine)
            .AddSingleton<TaskHubGrpcServer>();
        var server = builder.Build();
        server.MapGrpcService<TaskHubGrpcServer>();
        await server.StartAsync(Cancellation);
        return server;
    }

    /// <summary>
    /// The engine in memory, without its limit of as many work items at once as the machine has processors: a dispatcher that has reached it
    /// looks only every half second whether one has ended, and miscounts those that end at the same moment, after which it waits for ever.
    /// </summary>
    private sealed class WideEngine : InMemoryOrchestrationService, IOrchestrationService
    {
        int IOrchestrationService.MaxConcurrentTaskOrchestrationWorkItems => 1_000;

        int IOrchestrationService.MaxConcurrentTaskActivityWorkItems => 1_000;
    }

    private RecordingContext Record(TaskOrchestrationContext context) =>
        new(context, _instances.GetOrAdd(context.InstanceId, _ => new RecordedInstance(context.Name.Name)));

    private Task<object> DoAsync(string name, JsonElement input, Func<string, JsonElement, Task<object>> activity)
    {
        _done.Enqueue(name);
        return activity(name, input);
    }
}

/// <summary>What an instance asked for, in its order.</summary>
/// <param name="orchestration">Its orchestration.</param>
internal sealed class RecordedInstance(string orchestration)
{
    public string Orchestration { get; } = orchestration;

    /// <summary>One list for each history: ContinueAsNew begins another.</summary>
    public List<List<string>> Histories { get; } = [[]];
}

/// <summary>The engine's own context; what an orchestration asks of it for the first time is written down on the way.</summary>
/// <param name="engine">The engine's context.</param>
/// <param name="instance">Where to write.</param>
internal sealed class RecordingContext(TaskOrchestrationContext engine, RecordedInstance instance) : TaskOrchestrationContext
{
    public override TaskName Name => engine.Name;

    public override string InstanceId => engine.InstanceId;

    public override ParentOrchestrationInstance? Parent => engine.Parent;

    public override DateTime CurrentUtcDateTime => engine.CurrentUtcDateTime;

    public override bool IsReplaying => engine.IsReplaying;

    public override string Version => engine.Version;

    public override IReadOnlyDictionary<string, object?> Properties => engine.Properties;

    protected override Microsoft.Extensions.Logging.ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

    public override T? GetInput<T>()
        where T : default => engine.GetInput<T>();

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        Write($"Activity {name.Name}");
        return engine.CallActivityAsync<TResult>(name, input, options);
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        Write($"Orchestration {orchestratorName.Name} {((SubOrchestrationOptions)options!).InstanceId![(InstanceId.Length + 1)..]}");
        return engine.CallSubOrchestratorAsync<TResult>(orchestratorName, input, options);
    }

    public override Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken)
    {
        Write("Timer");
        return engine.CreateTimer(delay, cancellationToken);
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken) => engine.CreateTimer(fireAt, cancellationToken);

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
        engine.WaitForExternalEvent<T>(eventName, cancellationToken);

    public override void SendEvent(string instanceId, string eventName, object payload) => engine.SendEvent(instanceId, eventName, payload);

    public override void SetCustomStatus(object? customStatus) => engine.SetCustomStatus(customStatus);

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        if (!engine.IsReplaying)
        {
            instance.Histories.Add([]);
        }
        engine.ContinueAsNew(newInput, preserveUnprocessedEvents);
    }

    public override Guid NewGuid() => engine.NewGuid();

    private void Write(string call)
    {
        if (!engine.IsReplaying)
        {
            instance.Histories[^1].Add(call);
        }
    }
}
