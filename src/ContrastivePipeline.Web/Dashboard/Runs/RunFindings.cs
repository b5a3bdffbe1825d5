using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Reporting;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Results;
using ContrastivePipeline.Workflow.Stages;
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
            Curves = await CurvesAsync(store, line, cancellationToken),
        };
    }

    private static async Task<IReadOnlyList<TrainingCurve>> CurvesAsync(ArtifactStore store, RunLine line, CancellationToken cancellationToken)
    {
        var done = await RunManifests.ReadAsync(store, line.Run, s => s.Name == ReproductionStages.Train.Name, cancellationToken);
        var segments = done.Select(d => (Input: WorkflowJson.FromElement<TrainSegmentInput>(d.Manifest.Input), Output: WorkflowJson.FromElement<TrainedSegment>(d.Manifest.Output)));
        var curves = new List<TrainingCurve>();
        foreach (var trial in segments.GroupBy(s => (s.Input.Variant, Seed: checked((int)s.Input.Recipe.Seed))))
        {
            var parts = trial.OrderBy(s => s.Input.From).Select(s => s.Output.Curve);
            curves.Add(await StoredCurves.ReadAsync(store, trial.Key.Variant, trial.Key.Seed, trial.First().Input.Recipe.Objectives, parts, cancellationToken));
        }
        return curves;
    }

    private static async Task<IReadOnlyList<DatasetSummary>> DatasetsAsync(ArtifactStore store, RunLine line, CancellationToken cancellationToken)
    {
        if (await line.DatasetAsync(store, cancellationToken) is not { } version)
            return [];
        var manifest = await new DatasetReader(store).ReadManifestAsync(version.Name, version.Version, cancellationToken);
        return [DatasetSummary.From(manifest) with { SplitTitles = ReportWords.SplitTitles }];
    }
}
