using System.Runtime.ExceptionServices;
using System.Security.Cryptography;

namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>Runs the workflow <c>caption-refresh</c> on some host.</summary>
public delegate Task<CaptionRefreshOutput> CaptionRefreshRunner(
    CaptionRefreshInput input, IRunObserver observer, CancellationToken cancellationToken);

/// <summary>Caption refreshes for everybody: command line, API and inbox.</summary>
/// <param name="scratchRoot">A folder on disk for the parts of dry runs; null for the system's temporary folder.</param>
public sealed class CaptionRefreshes(
    ArtifactStore store, ExperimentLibrary library, CaptionRefreshRunner run, TimeProvider time, string? scratchRoot = null)
{
    private readonly DatasetCatalog _catalog = new(store, time);

    /// <summary>Applies a caption table to the current version of a dataset and makes the result current. Killed at any instant, the old
    /// version is current until the new one is, and repeating the request ends as if nothing had happened.</summary>
    /// <exception cref="DatasetNotFoundException">There is no such dataset, or no version of it is current.</exception>
    /// <exception cref="SourceException">The table as a whole cannot be read, or would leave the dataset without captions.</exception>
    /// <exception cref="RefreshConflictException">The dataset was changed meanwhile; nothing was lost.</exception>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<RefreshOutcome> RefreshAsync(RefreshRequest request, IRunObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var current = await CurrentAsync(request.Dataset, cancellationToken);
        var (record, revision) = request.IsDryRun
            ? (await GetStatusAsync(request, current, cancellationToken), current.Revision)
            : await RunAsync(request, current, observer, cancellationToken);
        var dependents = await new DatasetUses(store, library).DependentsAsync(request.Dataset, cancellationToken);
        return new RefreshOutcome(record, request.IsDryRun ? record.Base : record.Result, revision, request.IsDryRun, dependents);
    }

    private async Task<CurrentVersion> CurrentAsync(string dataset, CancellationToken cancellationToken)
    {
        if (dataset.Contains('@'))
        {
            throw new DatasetNotFoundException(
                $"'{dataset}' names a version; a refresh is always of the current one: write the dataset's name alone.");
        }
        var manifest = await _catalog.FindAsync(dataset, cancellationToken);
        return await _catalog.CurrentAsync(dataset, cancellationToken)
            ?? throw new DatasetNotFoundException($"Dataset '{dataset}' was deleted a moment ago; it was at {manifest.Version}.");
    }

    private Task<RefreshRecord> GetStatusAsync(RefreshRequest request, CurrentVersion current, CancellationToken cancellationToken) =>
        new CaptionRefresher(store, scratchRoot).PreviewAsync(
            new RefreshSpec(request.Dataset, current.Version, request.Mode, request.File, request.Name), null, cancellationToken);

    private async Task<(RefreshRecord Record, long Revision)> RunAsync(
        RefreshRequest request, CurrentVersion current, IRunObserver observer, CancellationToken cancellationToken)
    {
        var table = await UploadAsync(request, cancellationToken);
        var captions = new RefreshCaptionsInput(request.Dataset, current.Version, request.Mode, table, request.Name);
        try
        {
            var output = await run(new CaptionRefreshInput(captions, current.Revision), observer, cancellationToken);
            return (output.Record, output.Revision);
        }
        catch (StageFailedException failed) when (failed.InnerException is SourceException or RefreshConflictException or StoreException)
        {
            // The sender of the table needs the cause, not the stage that failed.
            ExceptionDispatchInfo.Throw(failed.InnerException);
            throw;
        }
    }

    // Among the refreshes, where garbage collection finds it when it is no longer needed.
    private async Task<Artifact> UploadAsync(RefreshRequest request, CancellationToken cancellationToken)
    {
        try
        {
            string hash;
            await using (var content = File.OpenRead(request.File))
                hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            var path = $"{DatasetPaths.Refreshes(request.Dataset)}tables/{hash}";
            var there = await store.ListAsync(path, cancellationToken).FirstOrDefaultAsync(cancellationToken);
            return there?.Sha256 == hash ? there : await store.WriteFileAsync(path, request.File, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"The table {request.Name} cannot be read: {unreadable.Message}", unreadable);
        }
    }
}

/// <summary>A request to refresh captions with a table.</summary>
/// <param name="FileName">Name of the table, whose extension gives the format. The name of <paramref name="File"/> by default.</param>
public sealed record RefreshRequest(string Dataset, RefreshMode Mode, string File, string? FileName = null)
{
    /// <summary>Only look what would happen: nothing is stored.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The name of the table, without folders.</summary>
    public string Name => Path.GetFileName(FileName ?? File);
}

/// <summary>What came of a refresh.</summary>
/// <param name="Record">Counts, examples and rejected rows.</param>
/// <param name="Current">The current version of the dataset after it: the old one after a dry run, or where no caption changed.</param>
public sealed record RefreshOutcome(
    RefreshRecord Record, string Current, long Revision, bool IsDryRun, IReadOnlyList<DependentExperiment> Dependents);

/// <summary>An experiment whose last run used a dataset.</summary>
/// <param name="Version">The version that the run used; null where it did not get that far.</param>
public sealed record DependentExperiment(string Experiment, string RunId, string? Version, string Command);
