using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Web.Api;
using ContrastivePipeline.Web.Api.Runs;
using ContrastivePipeline.Web.Dashboard.Runs;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Web.Dashboard;

/// <summary>What pages read.</summary>
internal sealed class DashboardParts(
    ArtifactStore store, RunStore runs, RunCatalog catalog, RunActivity activity, ExperimentLibrary library, DatasetCatalog datasets, TimeProvider time)
{
    /// <summary>The store.</summary>
    public ArtifactStore Store => store;

    /// <summary>The datasets.</summary>
    public DatasetCatalog Datasets => datasets;

    /// <summary>The time.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>All runs, the latest first.</summary>
    public async Task<IReadOnlyList<RunLine>> RunsAsync(CancellationToken cancellationToken)
    {
        var lines = new List<RunLine>();
        foreach (var run in await catalog.ListAsync(null, cancellationToken))
            lines.Add(RunLine.Of(run, await activity.IsActiveAsync(run, cancellationToken)));
        return lines;
    }

    /// <summary>One run.</summary>
    /// <exception cref="Api.Problems.ApiException">There is none of that id.</exception>
    public async Task<RunLine> RunAsync(string id, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken);
        return RunLine.Of(run, await activity.IsActiveAsync(run, cancellationToken));
    }

    /// <summary>Curves, numbers and plots of a run so far.</summary>
    public async Task<Markup> ResultsAsync(RunLine line, CancellationToken cancellationToken) =>
        await RunFindings.ReadAsync(store, line, cancellationToken) is { } data ? ResultsView.Write(data) : Markup.None;

    /// <summary>Experiments that use a dataset: those that come with the program, and those of runs.</summary>
    public async Task<IReadOnlyList<string>> DependentsAsync(string dataset, CancellationToken cancellationToken)
    {
        var used = (await RunsAsync(cancellationToken)).Where(r => r.Input?.Experiment.Dataset.Name == dataset).Select(r => r.Run.Experiment);
        return [.. library.Names.Intersect(used)];
    }

    /// <summary>What a run can be started with.</summary>
    public async Task<StartChoices> ChoicesAsync(CancellationToken cancellationToken) =>
        new(library.Names, [.. (await datasets.ListAsync(cancellationToken)).Select(d => d.Name)]);
}
