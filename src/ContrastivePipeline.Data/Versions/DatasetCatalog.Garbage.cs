namespace ContrastivePipeline.Data.Versions;

public sealed partial class DatasetCatalog
{
    /// <summary>A younger blob may belong to a refresh that is running.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromHours(1);

    /// <summary>Finds unneeded blobs: versions that are neither current nor used nor in the history, and blobs that no version refers to.
    /// Nothing younger than an hour is garbage, and no version where none is current. What an unreadable record refers to is unknown: then
    /// nothing of the dataset is garbage, and <see cref="DatasetGarbage.Unreadable"/> names the record.</summary>
    /// <param name="used">Versions that something else refers to, for example runs.</param>
    /// <param name="keepHistory">Whether to keep all versions of <see cref="CurrentVersion.History"/>, so that one can go back to
    /// them.</param>
    /// <exception cref="DatasetNotFoundException">There is no such dataset.</exception>
    public async Task<DatasetGarbage> FindGarbageAsync(
        string name, IReadOnlySet<string> used, bool keepHistory = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(used);
        var unreadable = new List<UnreadableRecord>();
        var versions = await VersionsAsync(name, unreadable, cancellationToken);
        if (versions.Count == 0 && unreadable.Count == 0)
            throw await NotFoundAsync(name, name, cancellationToken);
        var refreshes = await RefreshesAsync(name, unreadable, cancellationToken);
        if (unreadable.Count > 0)
        {
            return new DatasetGarbage(name, 0, [], [.. versions.Select(version => version.Manifest.Version)], [])
            {
                Unreadable = unreadable,
            };
        }

        var current = await CurrentAsync(name, cancellationToken);
        var limit = (time ?? TimeProvider.System).GetUtcNow() - Young;
        var kept = versions.Where(version => current is null || version.IsCurrent || version.Created > limit
            || used.Contains(version.Manifest.Version)
            || (keepHistory && current.History.Any(change => change.Version == version.Manifest.Version))).ToArray();
        var needed = kept.SelectMany(version => version.Manifest.AllParts()).Select(part => part.Artifact.Path)
            .Concat(kept.Select(version => DatasetPaths.Manifest(name, version.Manifest.Version))).ToHashSet(StringComparer.Ordinal);
        var names = kept.Select(version => version.Manifest.Version).ToHashSet(StringComparer.Ordinal);
        foreach (var refresh in refreshes.Select(refresh => refresh.Record))
        {
            if (!names.Contains(refresh.Base) && !names.Contains(refresh.Result))
                continue;
            needed.Add($"{DatasetPaths.Refresh(name, refresh.Id)}/{DatasetPaths.RecordName}");
            if (refresh.Rejected is { } rejected)
                needed.Add(rejected.Path);
        }

        var folder = DatasetPaths.Dataset(name);
        var blobs = await store.ListEntriesAsync(folder, cancellationToken)
            .Where(entry => entry.LastModified <= limit && IsOurs(entry.Artifact.Path[folder.Length..])
                && !needed.Contains(entry.Artifact.Path))
            .ToArrayAsync(cancellationToken);
        return new DatasetGarbage(
            name, current?.Revision ?? 0,
            [.. versions.Select(version => version.Manifest.Version).Where(version => !names.Contains(version))], [.. names], blobs);
    }

    /// <summary>Deletes the garbage, and leaves what was written since.</summary>
    /// <exception cref="RefreshConflictException">Another version became current since; look again.</exception>
    public Task<IReadOnlyList<Artifact>> DeleteAsync(DatasetGarbage garbage, CancellationToken cancellationToken = default) =>
        DeleteAsync(garbage, null, cancellationToken);

    /// <summary>Deletes the garbage, and leaves what was written or came into use since.</summary>
    /// <param name="usedNow">Returns the versions that something else refers to now, for example a run that was started since.</param>
    /// <exception cref="RefreshConflictException">Another version became current since, or one of these is used; look again.</exception>
    public async Task<IReadOnlyList<Artifact>> DeleteAsync(
        DatasetGarbage garbage, Func<CancellationToken, Task<IReadOnlySet<string>>>? usedNow, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(garbage);
        await RequireUnusedAsync(garbage, usedNow, cancellationToken);
        // Manifests are deleted before parts, so that no visible version lacks parts. MakeCurrentAsync does not find the version any more.
        var manifests = garbage.Versions.Select(version => DatasetPaths.Manifest(garbage.Dataset, version))
            .ToHashSet(StringComparer.Ordinal);
        var contents = new List<StoredBlob>();
        foreach (var path in manifests)
        {
            if (await store.TryReadAsync(path, cancellationToken) is { } blob)
                contents.Add(blob);
        }

        var deleted = await DeleteAsync(garbage.Blobs.Where(entry => manifests.Contains(entry.Artifact.Path)), cancellationToken);
        try
        {
            await RequireUnusedAsync(garbage, usedNow, cancellationToken);
        }
        catch
        {
            // A run began to use the version just before, or that cannot be determined: it is restored.
            foreach (var blob in contents)
                await store.TryCreateAsync(blob.Path, blob.Content, CancellationToken.None);

            throw;
        }

        return [.. deleted, .. await DeleteAsync(garbage.Blobs.Where(entry => !manifests.Contains(entry.Artifact.Path)),
            cancellationToken)];
    }

    private async Task<List<Artifact>> DeleteAsync(IEnumerable<BlobEntry> entries, CancellationToken cancellationToken)
    {
        var deleted = new List<Artifact>();
        foreach (var entry in entries)
        {
            if (await store.TryDeleteAsync(entry, cancellationToken))
                deleted.Add(entry.Artifact);
        }

        return deleted;
    }

    private async Task RequireUnusedAsync(
        DatasetGarbage garbage, Func<CancellationToken, Task<IReadOnlySet<string>>>? usedNow, CancellationToken cancellationToken)
    {
        // Read first: a run is recorded before it looks for its version, so either the run is seen here or it does not find the version.
        var used = usedNow is null ? null : await usedNow(cancellationToken);
        var current = await CurrentAsync(garbage.Dataset, cancellationToken);
        if (current is null)
            return;
        if (current.Revision != garbage.Revision)
            throw new RefreshConflictException(ConflictMessage(current, garbage.Revision), current);
        if (garbage.Versions.FirstOrDefault(version => used?.Contains(version) == true) is { } again)
        {
            throw new RefreshConflictException(
                $"A run began to use {garbage.Dataset}@{again} since it was found to be garbage. Nothing was deleted; run it again.",
                current);
        }
    }

    // Blobs of other programs are left alone.
    private static bool IsOurs(string path) =>
        path.Split('/') is [var first, _, ..] && (DatasetPaths.IsVersion(first) || $"{first}/" == DatasetPaths.RefreshesName);
}

/// <summary>What can be deleted of a dataset; nothing has been deleted yet.</summary>
/// <param name="Revision">Of the current version when this was found; where it has changed since, nothing is deleted.</param>
/// <param name="Versions">Versions that nothing refers to.</param>
/// <param name="Blobs">Everything to delete: manifests, parts, records of refreshes, and what killed refreshes left behind.</param>
public sealed record DatasetGarbage(
    string Dataset, long Revision, IReadOnlyList<string> Versions, IReadOnlyList<string> Kept, IReadOnlyList<BlobEntry> Blobs)
{
    /// <summary>Records that cannot be read; while there are any, nothing is deleted.</summary>
    public IReadOnlyList<UnreadableRecord> Unreadable { get; init; } = [];

    /// <summary>Bytes of all blobs to delete.</summary>
    public long Bytes => Blobs.Sum(blob => blob.Artifact.Length);
}
