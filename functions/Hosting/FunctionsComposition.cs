using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>The composition root of the Functions app.</summary>
internal static class FunctionsComposition
{
    /// <summary>Opens the store and registers the services of the functions.</summary>
    public static async Task AddContrastivePipelineAsync(this IServiceCollection services, FunctionsSettings settings, ILoggerFactory logs)
    {
        var time = TimeProvider.System;
        var library = ExperimentLibrary.OfProcess();
        var address = StoreAddress.Parse(settings.Store);
        var store = await ArtifactStore.OpenAsync(address);
        var signals = await ArtifactStore.OpenAsync(LaunchSignals.AddressOf(address));
        var scratch = Path.Combine(Path.GetTempPath(), "contrastive");
        var pipeline = new LocalPipeline(store, scratch, time, new RunEventLog(logs.CreateLogger("ContrastivePipeline")));
        var requests = new PipelineRequests(
            library, stop => LocalPackages.EnsureInstalledAsync(LocalPackages.FindFolder(), progress: null, stop));
        var control = new DurableRunControl(store, requests, settings, time);
        var operations = new List<Operation> { HostedRunWorkflow.Operation(pipeline.Runs, time) };
        if (settings.TrainingJob is { } job)
        {
            var launcher = new ContainerAppsJobLauncher(store, job, new DefaultAzureCredential(), time);
            operations.AddRange(new LaunchOperations(store, launcher, pipeline.Runner.Stages, time).All);
        }
        var refreshes = new CaptionRefreshes(store, library, new DurableRefreshes(new DatasetCatalog(store, time)).RunAsync, time, scratch);
        var inbox = await CaptionInbox.OpenAsync(address, CancellationToken.None);
        services.AddSingleton(new CaptionInbox(inbox, refreshes, scratch, NullRunObserver.Instance, time));
        services.AddSingleton(settings).AddSingleton(pipeline).AddSingleton(new SignalStore(signals));
        services.AddSingleton(new ActivityHost(pipeline.Runner, new OperationRegistry(operations), pipeline.Runs, pipeline.Log, time));
        services.AddSingleton(control).AddSingleton(time);
        services.AddSingleton(new ScheduledStarts(store, requests, control, time));
        services.AddSingleton(provider => new HostedApi(new WebParts(store)
        {
            Time = time,
            Control = control,
            Refreshes = refreshes,
            Experiments = library,
            Notice = text => provider.GetRequiredService<ILogger<HostedApi>>().LogError("{Notice}", text),
        }, provider.GetRequiredService<IHostApplicationLifetime>()));
    }
}

/// <summary>The store over the container of signals, which is not the container of artifacts.</summary>
public sealed record SignalStore(ArtifactStore Store);
