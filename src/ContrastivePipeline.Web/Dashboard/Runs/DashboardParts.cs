using Microsoft.AspNetCore.Components;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>What pages read.</summary>
internal sealed class DashboardParts(
    WebParts parts, RunStore runs, RunReader reader, RunCatalog catalog, RunActivity activity, DatasetCatalog datasets)
{
    private readonly SharedReads<MarkupString> _results = new(parts.Time, TimeSpan.FromMinutes(1), capacity: 16);

    /// <summary>The store.</summary>
    public ArtifactStore Store => parts.Store;

    /// <summary>Starts, cancels and resumes runs; null where the server only shows them.</summary>
    public IRunControl? Control => parts.Control;

    /// <summary>Refreshes captions; null where the server only shows datasets.</summary>
    public CaptionRefreshes? Refreshes => parts.Refreshes;

    /// <summary>The datasets.</summary>
    public DatasetCatalog Datasets => datasets;

    /// <summary>The time.</summary>
    public DateTimeOffset Now => parts.Time.GetUtcNow();

    /// <summary>All runs, the latest first.</summary>
    public async Task<IReadOnlyList<RunLine>> RunsAsync(CancellationToken cancellationToken) =>
        (await ListRunsAsync(cancellationToken)).Runs;

    /// <summary>All runs, the latest first, and the paths of records that cannot be read.</summary>
    public async Task<(IReadOnlyList<RunLine> Runs, IReadOnlyList<string> Unreadable)> ListRunsAsync(CancellationToken cancellationToken)
    {
        var lines = new List<RunLine>();
        var listing = await catalog.ListAsync(null, cancellationToken);
        foreach (var run in listing.Runs)
            lines.Add(RunLine.Of(run, await activity.IsActiveAsync(run, cancellationToken)));
        return (lines, listing.Unreadable);
    }

    /// <summary>One run, for whoever has just done something to it.</summary>
    /// <exception cref="ApiException">There is none of that id.</exception>
    public async Task<RunLine> RunAsync(string id, CancellationToken cancellationToken)
    {
        await reader.FindAsync(id, cancellationToken);
        var run = await runs.GetAsync(id, cancellationToken)
            ?? throw new ApiException(Problem.NotFound($"Run '{id}' was deleted meanwhile."));
        return RunLine.Of(run, await activity.IsActiveAsync(run, cancellationToken));
    }

    /// <summary>One run as it was half a second ago at most, for those who watch it, be they many.</summary>
    /// <exception cref="ApiException">There is none of that id.</exception>
    public async Task<RunLine> WatchAsync(string id, CancellationToken cancellationToken)
    {
        var run = await reader.FindAsync(id, cancellationToken);
        return RunLine.Of(run, await activity.IsActiveAsync(run, cancellationToken));
    }

    /// <summary>Curves, numbers and plots of a run so far; drawn once for everyone until one more stage is done.</summary>
    public Task<MarkupString> ResultsAsync(RunLine line, CancellationToken cancellationToken)
    {
        var done = line.Run.Stages.Count(stage => stage.State == RunState.Completed);
        return _results.GetAsync($"{line.Run.Id}/{line.Run.Session}/{done}", () => DrawAsync(line), cancellationToken);
    }

    /// <summary>Experiments whose last run measured with a dataset that it did not train on, or took its triples, each with that run.</summary>
    public async Task<IReadOnlyList<RunLine>> MeasuredWithAsync(string dataset, CancellationToken cancellationToken) =>
    [
        .. (await RunsAsync(cancellationToken)).DistinctBy(r => r.Run.Experiment)
            .Where(r => r.Dataset != dataset && (r.Experiment?.Others ?? []).Any(other => other.Name == dataset)),
    ];

    /// <summary>Experiments whose last run trained on a dataset, each with that run.</summary>
    public async Task<IReadOnlyList<RunLine>> DependentsAsync(string dataset, CancellationToken cancellationToken) =>
        [.. (await RunsAsync(cancellationToken)).DistinctBy(r => r.Run.Experiment).Where(r => r.Dataset == dataset)];

    /// <summary>What a run can be started with.</summary>
    public async Task<StartChoices> ChoicesAsync(CancellationToken cancellationToken) =>
        new(parts.Experiments.Names, [.. (await datasets.ListAsync(cancellationToken)).Select(d => d.Name)]);

    private async Task<MarkupString> DrawAsync(RunLine line)
    {
        if (line.Experiment is null)
            return new MarkupString("");
        var findings = await RunFindings.ReadAsync(Store, line, CancellationToken.None);
        return new MarkupString(await HtmlDocuments.RenderAsync<RunResults>(new()
        {
            [nameof(RunResults.Data)] = findings.Data,
            [nameof(RunResults.Gone)] = findings.Gone,
            [nameof(RunResults.Trained)] = line.Dataset,
        }));
    }
}

/// <summary>What can be chosen when a run is started.</summary>
/// <param name="Experiments">Experiments that come with the program.</param>
/// <param name="Datasets">Stored datasets.</param>
public sealed record StartChoices(IReadOnlyList<string> Experiments, IReadOnlyList<string> Datasets);

/// <summary>A start that was refused: what was asked for, and why not.</summary>
/// <param name="Experiment">The experiment chosen; null where a file was pasted.</param>
/// <param name="Yaml">The file pasted.</param>
/// <param name="Dataset">The dataset asked for.</param>
/// <param name="Message">Why not; empty where <paramref name="Problems"/> says it.</param>
/// <param name="Problems">Errors in the experiment file, all of them.</param>
public sealed record RefusedStart(
    string? Experiment, string? Yaml, string? Dataset, string Message, IReadOnlyList<ExperimentProblem> Problems);
