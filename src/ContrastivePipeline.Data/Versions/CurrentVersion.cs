namespace ContrastivePipeline.Data.Versions;

/// <summary>Which version of a dataset is meant where none is named: what <c>datasets/{name}/current.json</c> holds.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Version">The current version.</param>
/// <param name="Revision">
/// Grows by one with every change; 0 where the store has one version only and no <c>current.json</c>, as older programs left it.
/// </param>
/// <param name="History">The changes, oldest first, the last being the current one; the latest 100.</param>
public sealed record CurrentVersion(string Dataset, string Version, long Revision, IReadOnlyList<VersionChange> History);

/// <summary>A version became current.</summary>
/// <param name="Version">The version.</param>
/// <param name="Revision">The revision that this change made.</param>
/// <param name="At">When.</param>
/// <param name="How">One of <see cref="VersionChanges"/>.</param>
/// <param name="Refresh">Id of the refresh that made the version; null where none did, or the change is a rollback.</param>
public sealed record VersionChange(string Version, long Revision, DateTimeOffset At, string How, string? Refresh);

/// <summary>How a version becomes current.</summary>
public static class VersionChanges
{
    /// <summary>It was the first one prepared.</summary>
    public const string Prepared = "prepared";

    /// <summary>A caption refresh made it.</summary>
    public const string Refreshed = "refreshed";

    /// <summary>A person went back to it, or chose it.</summary>
    public const string RolledBack = "rolled-back";
}

/// <summary>A dataset in the store.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Current">Its current version; null where it has several and nobody chose.</param>
/// <param name="Versions">Number of its versions.</param>
public sealed record StoredDataset(string Name, CurrentVersion? Current, int Versions)
{
    /// <summary>Why its current version is not known; null where it is, or nobody chose.</summary>
    public string? Problem { get; init; }
}

/// <summary>A version of a dataset in the store.</summary>
/// <param name="Manifest">What it consists of.</param>
/// <param name="Created">When it was published.</param>
/// <param name="IsCurrent">Whether it is the current one.</param>
public sealed record StoredVersion(DatasetManifest Manifest, DateTimeOffset Created, bool IsCurrent)
{
    /// <summary>Bytes of all its parts, those that it shares with other versions included.</summary>
    public long Bytes => DatasetParts.Of(Manifest).Sum(part => part.Artifact.Length);
}

/// <summary>The parts of a version.</summary>
public static class DatasetParts
{
    /// <summary>All parts: media, captions, labels, triples, quarantine.</summary>
    public static IEnumerable<DatasetPart> Of(DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return [.. manifest.Media, .. manifest.Captions, .. manifest.Labels, .. manifest.Triples, .. manifest.Quarantine];
    }
}
