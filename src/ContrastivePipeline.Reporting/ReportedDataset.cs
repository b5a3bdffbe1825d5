namespace ContrastivePipeline.Reporting;

/// <summary>A dataset version as the report shows it.</summary>
/// <param name="Name">Name of the dataset.</param>
/// <param name="Version">Version of the dataset.</param>
/// <param name="Accounting">Where every source row went.</param>
public sealed record ReportedDataset(string Name, string Version, DataAccounting Accounting)
{
    /// <summary>What the splits hold, in words; a split that is not named here goes by its id.</summary>
    public IReadOnlyDictionary<string, string> SplitTitles { get; init; } = new Dictionary<string, string>();

    /// <summary>Class lists; their lengths give the chance level of zero-shot classification.</summary>
    public IReadOnlyList<LabelSet> LabelSets { get; init; } = [];

    /// <summary>Whose work the media and captions are, a line each, where their licences ask for it.</summary>
    public IReadOnlyList<string> Attributions { get; init; } = [];

    /// <summary>A few quarantined rows.</summary>
    public IReadOnlyList<QuarantineRow> QuarantinedExamples { get; init; } = [];

    /// <summary>Images that several splits have under different names.</summary>
    public IReadOnlyList<SplitCopies> Copies { get; init; } = [];

    /// <summary>Takes what the report needs from a manifest.</summary>
    public static ReportedDataset From(DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new(manifest.Name, manifest.Version, manifest.Accounting) { LabelSets = manifest.LabelSets };
    }
}
