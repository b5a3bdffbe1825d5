using System.Text.RegularExpressions;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Data.Versions;

/// <summary>The datasets of a store, their versions, and which version of each is current.</summary>
/// <param name="store">Where they live.</param>
/// <param name="time">The clock of the history; the system's by default.</param>
public sealed partial class DatasetCatalog(ArtifactStore store, TimeProvider? time = null)
{
    private readonly CurrentPointer _pointer = new(store, time ?? TimeProvider.System);
    private readonly DatasetReader _reader = new(store);

    /// <summary>All datasets, in ordinal order of their names; a damaged one says so in <see cref="StoredDataset.Problem"/>.</summary>
    public async Task<IReadOnlyList<StoredDataset>> ListAsync(CancellationToken cancellationToken = default)
    {
        var datasets = new List<StoredDataset>();
        await foreach (var name in store.ListFoldersAsync(DatasetPaths.Root, cancellationToken))
        {
            var versions = await ListVersionsAsync(name, cancellationToken);
            if (versions.Count > 0) datasets.Add(await DescribeAsync(name, versions, cancellationToken));
        }

        return datasets;
    }

    /// <summary>All versions of a dataset that can be read, the latest first; empty where there is no such dataset.</summary>
    public Task<IReadOnlyList<StoredVersion>> VersionsAsync(string name, CancellationToken cancellationToken = default) =>
        VersionsAsync(name, null, cancellationToken);

    /// <inheritdoc cref="VersionsAsync(string, CancellationToken)"/>
    /// <param name="name">Name of the dataset.</param>
    /// <param name="unreadable">Takes what cannot be read: such versions are left out.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<StoredVersion>> VersionsAsync(
        string name, ICollection<UnreadableRecord>? unreadable, CancellationToken cancellationToken = default)
    {
        var versions = await ListVersionsAsync(name, cancellationToken);
        var current = await TryReadAsync(DatasetPaths.Current(name), () => CurrentAsync(name, versions, cancellationToken), unreadable);
        var stored = new List<StoredVersion>();
        foreach (var (version, created) in versions)
        {
            var path = DatasetPaths.Manifest(name, version);
            if (await TryReadAsync(path, () => ReadManifestAsync(name, version, cancellationToken), unreadable) is { } manifest)
                stored.Add(new StoredVersion(manifest, created, version == current?.Version));
        }

        return [.. stored.OrderByDescending(version => version.Created).ThenBy(version => version.Manifest.Version, StringComparer.Ordinal)];
    }

    /// <summary>What is current; null where there is no such dataset, or it has several versions and nobody chose.</summary>
    /// <exception cref="InvalidDataException">The account of the current version is damaged.</exception>
    public async Task<CurrentVersion?> CurrentAsync(string name, CancellationToken cancellationToken = default) =>
        await CurrentAsync(name, null, cancellationToken);

    /// <summary>The manifest that a reference means.</summary>
    /// <param name="reference"><c>name</c> for the current version, or <c>name@version</c>.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="DatasetNotFoundException">There is none, or it is not said which is meant.</exception>
    /// <exception cref="InvalidDataException">The manifest is damaged.</exception>
    public async Task<DatasetManifest> FindAsync(string reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var (name, version) = reference.Split('@') switch
        {
            [var only] => (only, null),
            [var before, var after] => (before, after),
            _ => throw new DatasetNotFoundException($"'{reference}' is no reference to a dataset; write NAME or NAME@VERSION."),
        };
        if (DatasetSpec.IsName(name))
        {
            version ??= (await CurrentAsync(name, cancellationToken))?.Version;
            if (version is not null && IsVersion(version) && await HasAsync(name, version, cancellationToken))
                return await _reader.ReadManifestAsync(name, version, cancellationToken);
        }

        throw await NotFoundAsync(reference, name, cancellationToken);
    }

    /// <summary>Makes a version current.</summary>
    /// <param name="name">Name of the dataset.</param>
    /// <param name="expectedRevision"><see cref="CurrentVersion.Revision"/> that the caller saw; 0 where nothing was current.</param>
    /// <param name="version">The version, which must exist.</param>
    /// <param name="how">One of <see cref="VersionChanges"/>.</param>
    /// <param name="refresh">Id of the refresh that made it. Repeating a change that was made with it succeeds again.</param>
    /// <param name="cancellationToken">Stops it; the change is then made or not.</param>
    /// <returns>What is current now.</returns>
    /// <exception cref="RefreshConflictException">Somebody else changed it since the caller looked.</exception>
    /// <exception cref="DatasetNotFoundException">There is no such version.</exception>
    public async Task<CurrentVersion> MakeCurrentAsync(
        string name, long expectedRevision, string version, string how, string? refresh = null, CancellationToken cancellationToken = default)
    {
        await FindAsync($"{name}@{version}", cancellationToken);
        var before = await _pointer.ReadAsync(name, cancellationToken);
        var (moved, current) = await _pointer.TryMoveAsync(name, expectedRevision, version, how, refresh, cancellationToken);
        if (current is null)
            throw new DatasetNotFoundException($"Dataset '{name}' was deleted meanwhile.");
        if (!moved) throw new RefreshConflictException(ConflictMessage(current, expectedRevision), current);
        // Garbage collection, which did not see this change, may have taken the version between the two.
        if (current.Version != version || await HasAsync(name, version, cancellationToken)) return current;
        if (before is not null)
            await _pointer.TryMoveAsync(name, current.Revision, before.Version, VersionChanges.RolledBack, null, cancellationToken);
        throw new DatasetNotFoundException($"Version '{version}' of dataset '{name}' was collected as garbage a moment ago. Make it again.");
    }

    private async Task<StoredDataset> DescribeAsync(
        string name, List<(string Version, DateTimeOffset)> versions, CancellationToken cancellationToken)
    {
        var unreadable = new List<UnreadableRecord>();
        var current = await TryReadAsync(DatasetPaths.Current(name), () => CurrentAsync(name, versions, cancellationToken), unreadable);
        return new StoredDataset(name, current, versions.Count) { Problem = unreadable.FirstOrDefault()?.Problem };
    }

    // One damaged record must not hide all others.
    private static async Task<T?> TryReadAsync<T>(string path, Func<Task<T?>> read, ICollection<UnreadableRecord>? unreadable)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (InvalidDataException damaged)
        {
            unreadable?.Add(new UnreadableRecord(path, damaged.Message));
            return null;
        }
    }

    private async Task<DatasetManifest?> ReadManifestAsync(string name, string version, CancellationToken cancellationToken)
    {
        try
        {
            return await _reader.ReadManifestAsync(name, version, cancellationToken);
        }
        catch (ArtifactMissingException)
        {
            // It was collected as garbage since it was listed.
            return null;
        }
    }

    /// <summary>Goes back to an earlier version, or to any that exists.</summary>
    /// <param name="name">Name of the dataset.</param>
    /// <param name="version">The version; null for the one that was current before the present one.</param>
    /// <param name="cancellationToken">Stops it; the change is then made or not.</param>
    /// <returns>What is current now.</returns>
    /// <exception cref="RefreshConflictException">Somebody else changed it at the same time.</exception>
    /// <exception cref="DatasetNotFoundException">There is no such version, or none before the present one.</exception>
    public async Task<CurrentVersion> RollBackAsync(string name, string? version = null, CancellationToken cancellationToken = default)
    {
        var current = await CurrentAsync(name, cancellationToken);
        version ??= current?.History.LastOrDefault(change => change.Version != current.Version)?.Version
            ?? throw await NoneBeforeAsync(name, current, cancellationToken);
        return await MakeCurrentAsync(name, current?.Revision ?? 0, version, VersionChanges.RolledBack, null, cancellationToken);
    }

    private async Task<DatasetNotFoundException> NoneBeforeAsync(string name, CurrentVersion? current, CancellationToken cancellationToken)
    {
        var others = (await ListVersionsAsync(name, cancellationToken)).Where(version => version.Version != current?.Version)
            .OrderByDescending(version => version.Created).ToArray();
        if (current is null && others.Length == 0) return await NotFoundAsync(name, name, cancellationToken);
        var names = string.Join(", ", others.Take(MaxNames).Select(version => $"{version.Version} of {version.Created:yyyy-MM-dd HH:mm} UTC"));
        return new DatasetNotFoundException($"No other version of dataset '{name}' was current before; " +
            (others.Length > 0 ? $"name the version to use. There {(others.Length == 1 ? "is" : "are")} {names}{More(others.Length)}." : "it has one version only."));
    }

    private async Task<CurrentVersion?> CurrentAsync(
        string name, List<(string Version, DateTimeOffset)>? versions, CancellationToken cancellationToken)
    {
        if (!DatasetSpec.IsName(name)) return null;
        if (await _pointer.ReadAsync(name, cancellationToken) is { } current) return current;
        // A store from before there was a pointer: one version needs no choice.
        versions ??= await ListVersionsAsync(name, cancellationToken);
        return versions is [var (only, _)] ? new CurrentVersion(name, only, 0, []) : null;
    }

    private async Task<List<(string Version, DateTimeOffset Created)>> ListVersionsAsync(string name, CancellationToken cancellationToken)
    {
        var versions = new List<(string, DateTimeOffset)>();
        if (!DatasetSpec.IsName(name)) return versions;
        await foreach (var version in store.ListFoldersAsync(DatasetPaths.Dataset(name), cancellationToken))
        {
            if (IsVersion(version) && await EntryAsync(name, version, cancellationToken) is { } manifest)
                versions.Add((version, manifest.LastModified));
        }

        return versions;
    }

    private async Task<bool> HasAsync(string name, string version, CancellationToken cancellationToken) =>
        await EntryAsync(name, version, cancellationToken) is not null;

    private async Task<BlobEntry?> EntryAsync(string name, string version, CancellationToken cancellationToken) =>
        await store.ListEntriesAsync(DatasetPaths.Manifest(name, version), cancellationToken).FirstOrDefaultAsync(cancellationToken);

    private async Task<DatasetNotFoundException> NotFoundAsync(string reference, string name, CancellationToken cancellationToken)
    {
        var versions = await ListVersionsAsync(name, cancellationToken);
        if (versions.Count > 0)
        {
            var names = string.Join(", ", versions.OrderByDescending(v => v.Created).Take(MaxNames).Select(v => $"{name}@{v.Version}"));
            return new DatasetNotFoundException(reference == name
                ? $"Dataset '{name}' has several versions, and none of them is current; say which: {names}."
                : $"There is no dataset version '{reference}'; the store has {names}{More(versions.Count)}.");
        }

        var all = await store.ListFoldersAsync(DatasetPaths.Root, cancellationToken).ToListAsync(cancellationToken);
        return new DatasetNotFoundException($"There is no dataset '{name}'; " + (all.Count > 0
            ? $"the store has {string.Join(", ", all.Take(MaxNames))}{More(all.Count)}."
            : "the store has none. 'contrastive data prepare' makes one."));
    }

    private const int MaxNames = 10;

    private static string More(int count) => count > MaxNames ? $" and {count - MaxNames:N0} more" : "";

    private static string ConflictMessage(CurrentVersion current, long expected)
    {
        var was = current.History.FirstOrDefault(change => change.Revision == expected)?.Version;
        return $"Dataset '{current.Dataset}' is now at {current.Version} (revision {current.Revision}); your change was based on " +
            $"{(was is null ? "" : was + ", ")}revision {expected}. Nothing was changed or lost; run it again.";
    }

    private static bool IsVersion(string text) => VersionPattern().IsMatch(text);

    [GeneratedRegex(@"^[0-9a-f]{12}\z")]
    private static partial Regex VersionPattern();
}
