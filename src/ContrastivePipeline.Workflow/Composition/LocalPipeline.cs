using TorchSharp;

namespace ContrastivePipeline.Workflow.Composition;

/// <summary>Every stage and workflow on one host in this process, over one store; lives as long as a command or a server.</summary>
public sealed class LocalPipeline : IDisposable
{
    private static readonly WorkflowDefinition<PrepareDatasetInput, DatasetVersion> Prepare =
        new("prepare-dataset-alone", (context, input) => context.CallAsync(PipelineStages.PrepareDataset, input));

    private static readonly WorkflowDefinition<EmbedInput, EmbeddedTrial> Embed =
        new("embed-alone", (context, input) => context.CallAsync(PipelineStages.Embed, input));

    private readonly HttpClient _http = new();
    private readonly LocalHost _host;

    /// <summary>Composes everything. Torch computes with one thread from now on, in the whole process.</summary>
    /// <param name="scratchFolder">A folder on disk for scratch files; created when needed.</param>
    /// <param name="log">Watches every run and stage.</param>
    public LocalPipeline(ArtifactStore store, string scratchFolder, TimeProvider time, IRunObserver? log = null)
    {
        (Store, Time, Runs, Log, ScratchFolder) = (store, time, new RunStore(store), log ?? NullRunObserver.Instance, scratchFolder);
        var workflows = new WorkflowRegistry([.. PipelineRegistry.Workflows, Prepare, Embed]);
        Runner = new StageRunner(store, PipelineRegistry.Stages(_http), scratchFolder, time);
        _host = new LocalHost(Runner, workflows, new LocalHostOptions(), time);
        Launcher = new RunLauncher(Runs, _host, Log, time);
        // Several variants train at once, one thread each; and one thread gives the same bits whatever the number of cores.
        torch.set_num_threads(1);
    }

    /// <summary>The store.</summary>
    public ArtifactStore Store { get; }

    /// <summary>The records of runs.</summary>
    public RunStore Runs { get; }

    /// <summary>Runs single stages.</summary>
    public StageRunner Runner { get; }

    /// <summary>Starts runs and continues with them, for a caller who waits.</summary>
    public RunLauncher Launcher { get; }

    /// <summary>Watches everything that is done here.</summary>
    public IRunObserver Log { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The folder on disk for scratch files.</summary>
    public string ScratchFolder { get; }

    /// <summary>Prepares a dataset outside of any run; a run finds it.</summary>
    /// <exception cref="StageFailedException">It failed for good.</exception>
    public Task<DatasetVersion> PrepareAsync(PrepareDatasetInput input, IRunObserver observer, CancellationToken cancellationToken) =>
        _host.RunAsync(Prepare.Reference, input, Alone, new Observers(Log, observer), cancellationToken);

    /// <summary>Embeds with a trained model outside of any run; the next time it is there.</summary>
    /// <exception cref="StageFailedException">It failed for good.</exception>
    public Task<EmbeddedTrial> EmbedAsync(EmbedInput input, IRunObserver observer, CancellationToken cancellationToken) =>
        _host.RunAsync(Embed.Reference, input, Alone, new Observers(Log, observer), cancellationToken);

    /// <summary>Refreshes captions; see <see cref="CaptionRefreshes"/>, which prepares this.</summary>
    /// <exception cref="StageFailedException">It failed for good.</exception>
    public Task<CaptionRefreshOutput> RefreshAsync(CaptionRefreshInput input, IRunObserver observer, CancellationToken cancellationToken) =>
        _host.RunAsync(CaptionRefreshWorkflow.Main.Reference, input, Alone, new Observers(Log, observer), cancellationToken);

    /// <summary>Releases all resources; nothing may be running any more.</summary>
    public void Dispose()
    {
        _host.Dispose();
        _http.Dispose();
    }

    private static RunScope Alone => new("", "");
}

/// <summary>What a host needs in order to run the reproduction, and to refresh its datasets.</summary>
internal static class PipelineRegistry
{
    public static IReadOnlyList<WorkflowDefinition> Workflows { get; } =
        [PipelineWorkflow.Main, PipelineWorkflow.Trial, PipelineWorkflow.Training, CaptionRefreshWorkflow.Main];

    public static StageRegistry Stages(HttpClient http) => new(
    [
        new PrepareDatasetStage(), new TokenizerStage(http), new ImportWeightsStage(http), new MatchEmbeddingsStage(),
        new TrainSegmentStage(new TrainingSets()), new EmbedStage(), new EvaluateStage(), new ReportStage(), .. CaptionRefreshWorkflow.Stages,
    ]);
}
