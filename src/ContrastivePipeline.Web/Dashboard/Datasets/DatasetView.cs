namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>What the page of a dataset shows.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="Current">Which version is current, and what was; null where none is.</param>
/// <param name="Versions">All versions, the latest first.</param>
/// <param name="Quarantined">The first quarantined rows of the shown version.</param>
/// <param name="Refreshes">All refreshes, the latest first.</param>
/// <param name="Dependents">Experiments whose last run trained on the dataset, each with that run.</param>
/// <param name="Others">Experiments whose last run measured with the dataset or took its triples, each with that run.</param>
/// <param name="CanChange">Whether runs can be started and captions refreshed here.</param>
/// <param name="Was">The version that was current until a moment ago, by this page's button; empty for none.</param>
public sealed record DatasetView(
    string Name, CurrentVersion? Current, IReadOnlyList<StoredVersion> Versions, IReadOnlyList<QuarantineRow> Quarantined,
    IReadOnlyList<StoredRefresh> Refreshes, IReadOnlyList<RunLine> Dependents, IReadOnlyList<RunLine> Others,
    bool CanChange, string Was = "")
{
    /// <summary>The version that the page is about: the current one, else the latest.</summary>
    public StoredVersion Shown => Versions.FirstOrDefault(v => v.IsCurrent) ?? Versions[0];

    /// <summary>Whether the version that was current before can be made current again.</summary>
    public bool CanUndo => CanChange && Shown.IsCurrent && Was != Shown.Manifest.Version && Has(Was);

    /// <summary>
    /// What a version can be compared with: a refresh changed the version that it began from, whatever was made in between; what was
    /// prepared is held against the shown one. Null where that is not there.
    /// </summary>
    public string? OtherOf(DatasetManifest manifest)
    {
        var other = manifest.Refresh?.Base ?? Shown.Manifest.Version;
        return other != manifest.Version && Has(other) ? other : null;
    }

    /// <summary>Rows in all parts of a table.</summary>
    public static long RowsOf(IEnumerable<DatasetPart> parts) => parts.Sum(part => (long)part.Rows);

    /// <summary>Captions of a version; of texts alone, its sentences, sentence pairs and triples.</summary>
    public static long TextsOf(DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var captions = RowsOf(manifest.Captions);
        return StoredFormat.Of(manifest) is TextFormat ? captions + RowsOf(manifest.SentencePairs ?? []) + RowsOf(manifest.Triples) : captions;
    }

    private bool Has(string version) => Versions.Any(v => v.Manifest.Version == version);
}

/// <summary>A dataset in the list of all.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">How many versions it has.</param>
/// <param name="Current">Manifest of the current version; null where none is current or it cannot be read.</param>
/// <param name="Fault">Why it cannot be read; empty where it can.</param>
public sealed record DatasetLine(string Name, int Versions, DatasetManifest? Current, string Fault);
