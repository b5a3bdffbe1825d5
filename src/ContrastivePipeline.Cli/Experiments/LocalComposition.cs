using ContrastivePipeline.Cli.Stores;
using ContrastivePipeline.Storage.Local;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Orchestration;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;
using TorchSharp;

namespace ContrastivePipeline.Cli.Experiments;

/// <summary>The composition root of the local host: every stage and workflow that this program can run.</summary>
internal sealed class LocalComposition : IDisposable
{
    private static readonly WorkflowDefinition<PrepareDatasetInput, DatasetVersion> s_prepare =
        new("prepare-dataset-alone", (context, input) => context.CallAsync(ReproductionStages.PrepareDataset, input));

    private static readonly WorkflowDefinition<EmbedInput, EmbeddedTrial> s_embed =
        new("embed-alone", (context, input) => context.CallAsync(ReproductionStages.Embed, input));

    private readonly HttpClient _http = new();
    private readonly LocalHost _host;

    /// <summary>Composes a host.</summary>
    /// <param name="session">The store.</param>
    /// <param name="call">The folder for scratch files, and the clock.</param>
    /// <param name="parallel">Variants trained at once; 0 for one a core.</param>
    public LocalComposition(StoreSession session, Invocation call, int parallel = 0)
    {
        var time = call.World.Time;
        var workflows = new WorkflowRegistry(ReproductionWorkflow.Main, ReproductionWorkflow.Trial, s_prepare, s_embed);
        var runner = new StageRunner(session.Store, ReproductionRegistry.Stages(_http), Path.Combine(call.LocalFolder, "scratch"), time);
        var options = new LocalHostOptions();
        _host = new LocalHost(runner, workflows, parallel > 0 ? options with { TrainingStages = parallel } : options, time);
        Launcher = new RunLauncher(session.Runs, _host, time);
        // Several variants train at once, one thread each; and one thread gives the same bits whatever the number of cores.
        torch.set_num_threads(1);
    }

    /// <summary>Starts runs and goes on with them.</summary>
    public RunLauncher Launcher { get; }

    /// <summary>Reads an experiment file and looks at what it points to; needs no store.</summary>
    /// <exception cref="ExperimentInvalidException">The file has errors.</exception>
    public static Task<RunRequest<ReproductionInput, ReproductionOutput>> ReadAsync(
        Invocation call, string experiment, bool fresh, CancellationToken cancellationToken)
    {
        var file = ExperimentLocator.OfProcess().Find(experiment);
        var notices = new Notices(call);
        return ReproductionRequest.CreateAsync(
            file, stop => LocalPackages.EnsureInstalledAsync(LocalPackages.FindFolder(), notices, stop), fresh, cancellationToken);
    }

    /// <summary>Prepares a dataset outside of any run; a run finds it.</summary>
    public Task<DatasetVersion> PrepareAsync(PrepareDatasetInput input, IRunObserver observer, CancellationToken cancellationToken) =>
        _host.RunAsync(s_prepare.Reference, input, Alone, observer, cancellationToken);

    /// <summary>Embeds with a trained model outside of any run; the next time it is there.</summary>
    public Task<EmbeddedTrial> EmbedAsync(EmbedInput input, IRunObserver observer, CancellationToken cancellationToken) =>
        _host.RunAsync(s_embed.Reference, input, Alone, observer, cancellationToken);

    public void Dispose()
    {
        _host.Dispose();
        _http.Dispose();
    }

    private static RunScope Alone => new("", "");
}
