namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>The stages that a report rests on, from their manifests: these are complete before the report begins, whereas the record of the
/// run lags behind; and they are the same whichever run did them.</summary>
/// <param name="Folder">Last part of the stage's folder: its label, '-' and 12 digits of its fingerprint.</param>
internal sealed record ReportedStage(string Folder, StageManifest Manifest)
{
    private const int DigitsInFolder = 12;

    /// <summary>Finds them by the artifacts that the report is given.</summary>
    public static async Task<IReadOnlyList<ReportedStage>> ReadAsync(
        ArtifactStore store, ReportInput report, CancellationToken cancellationToken)
    {
        var prepared = new List<string>();
        foreach (var dataset in report.Datasets.Select(version => version.Name).Distinct())
        {
            prepared.AddRange(await store.ListAsync($"stages/{PipelineStages.PrepareDataset.Name}/{dataset}-", cancellationToken)
                .Where(blob => blob.Path.EndsWith("/manifest.json", StringComparison.Ordinal)).Select(blob => FolderOf(blob.Path))
                .ToListAsync(cancellationToken));
        }
        var made = NamedArtifacts.In(WorkflowJson.ToElement(report)).Select(named => named.Artifact.Path)
            .Where(path => path.StartsWith("stages/", StringComparison.Ordinal)).Select(FolderOf);
        var stages = new List<ReportedStage>();
        foreach (var folder in prepared.Concat(made).Distinct())
        {
            if (await StageManifest.TryReadAsync(store, $"{folder}/manifest.json", cancellationToken) is { } manifest
                && IsOf(report, manifest))
            {
                stages.Add(new ReportedStage(folder[(folder.LastIndexOf('/') + 1)..], manifest));
            }
        }
        return stages;
    }

    /// <summary>The time that each took; segments of one training together, those of one trial by its variant and seed.</summary>
    public static IReadOnlyList<StageDuration> Durations(IEnumerable<ReportedStage> stages) =>
    [
        .. stages.Where(stage => stage.Manifest.Usage is not null).GroupBy(stage => stage.Title())
            .Select(group => new StageDuration(group.Key, TimeSpan.FromSeconds(group.Sum(stage => stage.Manifest.Usage!.Seconds)))),
    ];

    private string Title()
    {
        var label = Folder.Length > DigitsInFolder ? Folder[..^(DigitsInFolder + 1)] : "";
        var steps = Manifest.Name == PipelineStages.Train.Name ? label.LastIndexOf("-steps", StringComparison.Ordinal) : -1;
        return $"{Manifest.Name} {(steps >= 0 ? label[..steps] : label)}".TrimEnd();
    }

    // Other versions of the dataset were prepared beside the report's own.
    private static bool IsOf(ReportInput report, StageManifest manifest) => manifest.Name != PipelineStages.PrepareDataset.Name
        || report.Datasets.Any(version => version.Manifest == WorkflowJson.FromElement<DatasetVersion>(manifest.Output).Manifest);

    private static string FolderOf(string path) => string.Join('/', path.Split('/').Take(3));
}
