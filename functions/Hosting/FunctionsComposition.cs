using System.Globalization;
using Azure.Core;
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

/// <summary>The app's settings, all from environment variables.</summary>
/// <param name="Store">What <c>--store</c> takes.</param>
/// <param name="TrainingJob">The Container Apps job that trains; null where training runs as an activity.</param>
/// <param name="TrainingParallelism">Concurrent trials of a run; each trains on one machine.</param>
public sealed record FunctionsSettings(
    string Store, ResourceIdentifier? TrainingJob, int TrainingParallelism, IReadOnlyList<string> ScheduledExperiments)
{
    private const string Parallelism = "CONTRASTIVE_TRAINING_PARALLELISM";

    /// <summary>Reads the settings from the environment variables of the process.</summary>
    /// <exception cref="InvalidOperationException">A setting is missing or invalid.</exception>
    public static FunctionsSettings OfProcess()
    {
        var job = Variable("CONTRASTIVE_TRAINING_JOB");
        return new FunctionsSettings(
            Variable("CONTRASTIVE_STORE")
                ?? throw new InvalidOperationException("Set CONTRASTIVE_STORE: the URL of the store's container, or a connection string."),
            job is null ? null : new ResourceIdentifier(job),
            Variable(Parallelism) is { } trials ? Positive(Parallelism, trials) : 4,
            (Variable("CONTRASTIVE_SCHEDULED_EXPERIMENTS") ?? "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static int Positive(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new InvalidOperationException($"{name} is '{text}'; set it to a whole number from 1 on.");

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
