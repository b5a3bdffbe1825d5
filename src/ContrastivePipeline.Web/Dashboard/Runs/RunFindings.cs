using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Reporting;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Web.Api.Measurements;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Results;
using DatasetSummary = ContrastivePipeline.Reporting.DatasetSummary;

namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>What a run has found so far, in the form of its report, so that page and report draw the same tables and plots.</summary>
internal static class RunFindings
{
    /// <summary>Reads curves and numbers of the stages that are done.</summary>
    /// <returns>Null where the experiment cannot be read.</returns>
    public static async Task<ReportData?> ReadAsync(ArtifactStore store, RunLine line, CancellationToken cancellationToken)
    {
        if (line.Experiment is not { } experiment)
            return null;
        var (run, input) = (line.Run, line.Input!);
        var measurements = await new RunProducts(store, run).ReadMeasurementsAsync(cancellationToken);
        return new ReportData(
            new ExperimentSummary(experiment.Name, run.Id, input.Yaml, "", run.CodeVersion, run.Machine, run.Started, run.Finished ?? run.Started, []),
            await DatasetsAsync(store, line, cancellationToken), new ModelSummary([], []), [], ReportWords.Variants(experiment), measurements)
        {
            Curves = await RunCurves.ReadAsync(store, run, cancellationToken),
        };
    }

    private static async Task<IReadOnlyList<DatasetSummary>> DatasetsAsync(ArtifactStore store, RunLine line, CancellationToken cancellationToken)
    {
        if (await line.DatasetAsync(store, cancellationToken) is not { } version)
            return [];
        var manifest = await new DatasetReader(store).ReadManifestAsync(version.Name, version.Version, cancellationToken);
        return [DatasetSummary.From(manifest) with { SplitTitles = ReportWords.SplitTitles }];
    }
}
