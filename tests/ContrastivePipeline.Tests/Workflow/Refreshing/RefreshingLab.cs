namespace ContrastivePipeline.Tests.Workflow.Refreshing;

/// <summary>A store with the dataset <c>shapes</c>, sixty discs, and everything that refreshes it.</summary>
internal sealed class RefreshingLab : IAsyncDisposable
{
    private readonly LocalPipeline _pipeline;

    private RefreshingLab(ArtifactStore store, ArtifactStore inbox, string version)
    {
        (Store, Inbox, First) = (store, inbox, version);
        _pipeline = new LocalPipeline(store, Path.Combine(Folder.Path, "scratch"), TimeProvider.System);
        Catalog = new DatasetCatalog(store);
        Refreshes = Through(_pipeline.RefreshAsync);
        Captions = new CaptionInbox(inbox, Refreshes, Path.Combine(Folder.Path, "scratch"), new RecordingObserver(), TimeProvider.System);
    }

    public TemporaryFolder Folder { get; } = new();

    public ArtifactStore Store { get; }

    public ArtifactStore Inbox { get; }

    public DatasetCatalog Catalog { get; }

    public CaptionRefreshes Refreshes { get; }

    public CaptionInbox Captions { get; }

    /// <summary>Runs its stages.</summary>
    public StageRunner Runner => _pipeline.Runner;

    /// <summary>The version that was prepared.</summary>
    public string First { get; }

    public static async Task<RefreshingLab> OpenAsync(AzuriteFixture azurite)
    {
        var address = await azurite.NewAddressAsync();
        var ct = TestContext.Current.CancellationToken;
        var store = await ArtifactStore.OpenAsync(address, ct);
        using var images = new TemporaryFolder();
        ShapesExperiment.Draw(images.Path);
        var spec = new DatasetSpec("shapes", new PairsSourceSpec(Path.Combine(images.Path, "pairs.csv")), 32);
        var manifest = await new DatasetPreparer(store).PrepareAsync(spec, cancellationToken: ct);
        return new RefreshingLab(store, await CaptionInbox.OpenAsync(address, ct), manifest.Version);
    }

    public Task<CaptionRefreshOutput> RunAsync(CaptionRefreshInput input, IRunObserver observer, CancellationToken ct) =>
        _pipeline.RefreshAsync(input, observer, ct);

    /// <summary>Refreshes that another host runs.</summary>
    public CaptionRefreshes Through(CaptionRefreshRunner run) => new(Store, new ExperimentLibrary(null), run, TimeProvider.System);

    public async Task<string> CurrentAsync() => (await Catalog.CurrentAsync("shapes", TestContext.Current.CancellationToken))!.Version;

    public async ValueTask DisposeAsync()
    {
        _pipeline.Dispose();
        Folder.Dispose();
        await Task.CompletedTask;
    }
}
