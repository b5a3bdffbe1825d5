namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>Tells how far a refresh is in the words of a stage.</summary>
internal sealed class RefreshProgress(IProgress<StageProgress> progress) : IProgress<DataProgress>
{
    public void Report(DataProgress value) => progress.Report(new StageProgress(
        value.Done,
        value.Total ?? 0,
        value.Phase switch { "read" => "rows", "merge" => "captions", "upload" => "parts", var phase => phase },
        value.Quarantined > 0 ? $"{value.Quarantined} quarantined" : ""));
}
