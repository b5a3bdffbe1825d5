namespace ContrastivePipeline.Data.Versions;

/// <summary>A dataset in the store.</summary>
/// <param name="Current">Its current version; null where it has several and none was chosen.</param>
public sealed record StoredDataset(string Name, CurrentVersion? Current, int Versions)
{
    /// <summary>Why its current version is not known; null where it is known, or none was chosen.</summary>
    public string? Problem { get; init; }
}

/// <summary>A version of a dataset in the store.</summary>
/// <param name="Created">When it was published.</param>
public sealed record StoredVersion(DatasetManifest Manifest, DateTimeOffset Created, bool IsCurrent)
{
    /// <summary>Bytes of all its parts, those that it shares with other versions included.</summary>
    public long Bytes => Manifest.AllParts().Sum(part => part.Artifact.Length);
}

/// <summary>A manifest or another record that cannot be read, and so was left out.</summary>
/// <param name="Problem">What is wrong with it, for a person.</param>
public sealed record UnreadableRecord(string Path, string Problem);

/// <summary>There is no such dataset or version, or the reference is ambiguous. The message lists those that exist.</summary>
public sealed class DatasetNotFoundException(string message) : Exception(message);

/// <summary>The current version was changed concurrently. Nothing was changed or lost; the message says what to do.</summary>
public sealed class RefreshConflictException(string message, CurrentVersion current) : Exception(message)
{
    /// <summary>What is current now.</summary>
    public CurrentVersion Current { get; } = current;
}
