using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Data.Versions;

public sealed partial class DatasetCatalog
{
    /// <summary>A younger blob may belong to a refresh that is at work.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromHours(1);

    /// <summary>
    /// Finds what nobody needs: versions that are neither current nor used nor in the history, and blobs that no version
    /// refers to. Nothing younger than an hour is among it, and no version where none is current.
    /// </summary>
    /// <param name="name">Name of the dataset.</param>
    /// <param name="used">Versions that something else refers to, for example runs.</param>
    /// <param name="keepHistory">Whether to keep all versions of <see cref="CurrentVersion.History"/>, so that one can go back to them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DatasetNotFoundException">There is no such dataset.</exception>
    public async Task<DatasetGarbage> FindGarbageAsync(
        string name, IReadOnlySet<string> used, bool keepHistory = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(used);
        var versions = await VersionsAsync(name, cancellationToken);
        if (versions.Count == 0) throw await NotFoundAsync(name, name, cancellationToken);
        var current = await CurrentAsync(name, cancellationToken);
        var limit = (time ?? TimeProvider.System).GetUtcNow() - Young;
        var kept = versions.Where(version => current is null || version.IsCurrent || version.Created > limit || used.Contains(version.Manifest.Version)
            || (keepHistory && current.History.Any(change => change.Version == version.Manifest.Version))).ToArray();
        var needed = kept.SelectMany(version => DatasetParts.Of(version.Manifest)).Select(part => part.Artifact.Path)
            .Concat(kept.Select(version => DatasetPaths.Manifest(name, version.Manifest.Version))).ToHashSet(StringComparer.Ordinal);
        var names = kept.Select(version => version.Manifest.Version).ToHashSet(StringComparer.Ordinal);
        foreach (var refresh in (await RefreshesAsync(name, cancellationToken)).Select(refresh => refresh.Record))
        {
            if (!names.Contains(refresh.Base) && !names.Contains(refresh.Result)) continue;
            needed.Add($"{DatasetPaths.Refresh(name, refresh.Id)}/{DatasetPaths.RecordName}");
            if (refresh.Rejected is { } rejected) needed.Add(rejected.Path);
        }

        var folder = DatasetPaths.Dataset(name);
        var blobs = await store.ListEntriesAsync(folder, cancellationToken)
            .Where(entry => entry.LastModified <= limit && IsOurs(entry.Artifact.Path[folder.Length..]) && !needed.Contains(entry.Artifact.Path))
            .ToArrayAsync(cancellationToken);
        return new DatasetGarbage(
            name, current?.Revision ?? 0, [.. versions.Select(version => version.Manifest.Version).Where(version => !names.Contains(version))], [.. names], blobs);
    }

    /// <summary>Deletes what was found, and leaves what somebody wrote since.</summary>
    /// <returns>What was deleted.</returns>
    /// <exception cref="RefreshConflictException">Another version became current since; look again.</exception>
    public async Task<IReadOnlyList<Artifact>> DeleteAsync(DatasetGarbage garbage, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(garbage);
        await RequireRevisionAsync(garbage, cancellationToken);
        // Versions go before their parts: none is ever seen that lacks some. Who wants to make one current after this finds none.
        var manifests = garbage.Versions.Select(version => DatasetPaths.Manifest(garbage.Dataset, version)).ToHashSet(StringComparer.Ordinal);
        var contents = new List<StoredBlob>();
        foreach (var path in manifests)
        {
            if (await store.TryReadAsync(path, cancellationToken) is { } blob) contents.Add(blob);
        }

        var deleted = await DeleteAsync(garbage.Blobs.Where(entry => manifests.Contains(entry.Artifact.Path)), cancellationToken);
        try
        {
            await RequireRevisionAsync(garbage, cancellationToken);
        }
        catch (RefreshConflictException)
        {
            // Somebody found the version just before: it stays.
            foreach (var blob in contents) await store.TryCreateAsync(blob.Path, blob.Content, CancellationToken.None);
            throw;
        }

        return [.. deleted, .. await DeleteAsync(garbage.Blobs.Where(entry => !manifests.Contains(entry.Artifact.Path)), cancellationToken)];
    }

    private async Task<List<Artifact>> DeleteAsync(IEnumerable<BlobEntry> entries, CancellationToken cancellationToken)
    {
        var deleted = new List<Artifact>();
        foreach (var entry in entries)
        {
            if (await store.TryDeleteAsync(entry, cancellationToken)) deleted.Add(entry.Artifact);
        }

        return deleted;
    }

    private async Task RequireRevisionAsync(DatasetGarbage garbage, CancellationToken cancellationToken)
    {
        var current = await CurrentAsync(garbage.Dataset, cancellationToken);
        if (current is not null && current.Revision != garbage.Revision)
            throw new RefreshConflictException(ConflictWords(current, garbage.Revision), current);
    }

    // Blobs of other programs are none of our business.
    private static bool IsOurs(string path) =>
        path.Split('/') is [var first, _, ..] && (IsVersion(first) || $"{first}/" == DatasetPaths.RefreshesName);
}
