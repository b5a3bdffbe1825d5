namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>What a run has found so far, in the form of its report, so that page and report draw the same tables and plots.</summary>
/// <param name="Data">Curves, numbers and datasets, as far as the store has them.</param>
/// <param name="Gone">What the store no longer has, in words.</param>
internal sealed record RunFindings(ReportData Data, IReadOnlyList<string> Gone)
{
    /// <summary>Reads curves and numbers of the stages that are done. What has expired or was deleted hides nothing else.</summary>
    /// <param name="line">The run; its experiment can be read.</param>
    public static async Task<RunFindings> ReadAsync(ArtifactStore store, RunLine line, CancellationToken cancellationToken)
    {
        var (run, input, experiment) = (line.Run, line.Input!, line.Experiment!);
        var gone = new List<string>();
        async Task<IReadOnlyList<T>> TryAsync<T>(string what, Task<IReadOnlyList<T>> read)
        {
            try
            {
                return await read;
            }
            catch (ArtifactMissingException)
            {
                gone.Add(what);
                return [];
            }
        }
        var measurements = await TryAsync("numbers", new RunProducts(store, run).ReadMeasurementsAsync(cancellationToken));
        var curves = await TryAsync("training curves", RunCurves.ReadAsync(store, run, cancellationToken));
        var datasets = await TryAsync("the dataset's manifest", DatasetsAsync(store, line, cancellationToken));
        var summary = new ExperimentSummary(
            experiment.Name, run.Id, input.Yaml, "", run.CodeVersion, run.Machine, run.Started, run.Finished ?? run.Started, []);
        return new RunFindings(new ReportData(
            summary, datasets, new ModelSummary([], []), [], ReportFormatter.Variants(experiment), measurements)
        {
            Objectives = ReportFormatter.Objectives,
            Curves = curves,
        }, gone);
    }

    private static async Task<IReadOnlyList<ReportedDataset>> DatasetsAsync(
        ArtifactStore store, RunLine line, CancellationToken cancellationToken)
    {
        if (await line.DatasetAsync(store, cancellationToken) is not { } version)
            return [];
        var manifest = await new DatasetReader(store).ReadManifestAsync(version.Name, version.Version, cancellationToken);
        return [ReportedDataset.From(manifest) with { SplitTitles = ReportFormatter.SplitTitles }];
    }
}
