namespace ContrastivePipeline.Tests.Workflow.Results;

/// <summary>Two completed runs of seconds in a local store, for the tests of everything that reads results.</summary>
[CollectionDefinition]
public sealed class ShapesRuns : IAsyncLifetime, ICollectionFixture<ShapesRuns>
{
    private readonly LocalStoreFixture _local = new();
    private readonly TemporaryFolder _folder = new();
    private ArtifactStore? _store;

    /// <summary>What <c>--local</c> is given.</summary>
    public string Local => _local.Folder;

    public ArtifactStore Store => _store!;

    /// <summary>Where the images and experiment files lie.</summary>
    public string Folder => _folder.Path;

    /// <summary>Experiment <c>shapes</c> as it is.</summary>
    public RunRecord First { get; private set; } = null!;

    /// <summary>Experiment <c>shapes-2</c>: another learning rate and two seeds, on the same dataset version.</summary>
    public RunRecord Second { get; private set; } = null!;

    /// <summary>Experiment <c>shapes-3</c>: one variant and two steps, on <see cref="Refresh"/>'s version of the dataset.</summary>
    public RunRecord Refreshed { get; private set; } = null!;

    /// <summary>A refresh that changes one caption and adds another; one row of it is rejected.</summary>
    public RefreshRecord Refresh { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _local.InitializeAsync();
        if (!_local.IsThere)
            return;
        _store = await _local.OpenAsync();
        var file = ShapesExperiment.Draw(_folder.Path);
        First = await RunAsync(file);
        var yaml = await File.ReadAllTextAsync(file, Cancellation);
        Second = await RunAsync(_folder.Write("shapes-2.yaml", yaml
            .Replace("name: shapes\n", "name: shapes-2\n", StringComparison.Ordinal)
            .Replace("warmup: 1,", "warmup: 1, seeds: [1, 2], learning_rate: 0.002,", StringComparison.Ordinal)));
        Refresh = await RefreshAsync();
        Refreshed = await RunAsync(_folder.Write("shapes-3.yaml", yaml
            .Replace("name: shapes\n", "name: shapes-3\n", StringComparison.Ordinal)
            .Replace("steps: 6", "steps: 2", StringComparison.Ordinal)
            .Replace("[clip, cyclip+ls]", "[clip]", StringComparison.Ordinal)), $"shapes@{Refresh.Version}");
    }

    /// <summary>Skips the running test where there is no local store.</summary>
    public async Task RequireAsync() => await _local.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _local.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<RefreshRecord> RefreshAsync()
    {
        var table = _folder.Write(
            "more.csv", "image,caption,caption_index\n0.png,a crimson disc,0\n1.png,another green disc,1\nnone.png,nothing,0\n");
        var current = (await new DatasetCatalog(Store).CurrentAsync("shapes", Cancellation))!;
        return await new CaptionRefresher(Store).ComputeAsync(
            new RefreshSpec("shapes", current.Version, RefreshMode.Patch, table), null, Cancellation);
    }

    private async Task<RunRecord> RunAsync(string file, string? dataset = null)
    {
        using var pipeline = new LocalPipeline(Store, Path.Combine(_folder.Path, "scratch"), TimeProvider.System);
        var requests = new PipelineRequests(new ExperimentLibrary(null), _ => throw new InvalidOperationException("No emoji here."));
        var request = await requests.CreateAsync(
            await PipelineRequests.ReadAsync(file, Cancellation), Store, dataset, fresh: false, Cancellation);
        return (await pipeline.Launcher.RunAsync(request, new RecordingObserver(), Cancellation)).Run;
    }
}
