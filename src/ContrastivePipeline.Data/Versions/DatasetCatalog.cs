namespace ContrastivePipeline.Data.Versions;

/// <summary>The datasets of a store, their versions, and which version of each is current.</summary>
/// <param name="time">The clock of the history; the system's by default.</param>
public sealed partial class DatasetCatalog(ArtifactStore store, TimeProvider? time = null)
{
    private const int MaxNames = 10;

    private readonly CurrentPointer _pointer = new(store, time ?? TimeProvider.System);
    private readonly DatasetReader _reader = new(store);

    /// <summary>All datasets, in ordinal order of their names; a damaged one says so in <see cref="StoredDataset.Problem"/>.</summary>
    public async Task<IReadOnlyList<StoredDataset>> ListAsync(CancellationToken cancellationToken = default)
    {
        var datasets = new List<StoredDataset>();
        await foreach (var name in store.ListFoldersAsync(DatasetPaths.Root, cancellationToken))
        {
            var versions = await ListVersionsAsync(name, cancellationToken);
            if (versions.Count > 0)
                datasets.Add(await DescribeAsync(name, versions, cancellationToken));
        }

        return datasets;
    }

    /// <summary>All versions of a dataset that can be read, the latest first; empty where there is no such dataset.</summary>
    public Task<IReadOnlyList<StoredVersion>> VersionsAsync(string name, CancellationToken cancellationToken = default) =>
        VersionsAsync(name, null, cancellationToken);

    /// <inheritdoc cref="VersionsAsync(string, CancellationToken)"/>
    /// <param name="unreadable">Takes what cannot be read: such versions are left out.</param>
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

        return [.. stored.OrderByDescending(version => version.Created)
            .ThenBy(version => version.Manifest.Version, StringComparer.Ordinal)];
    }

    /// <summary>The manifest that a reference means.</summary>
    /// <param name="reference"><c>name</c> for the current version, or <c>name@version</c>.</param>
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
        if (DatasetPaths.IsName(name))
        {
            version ??= (await CurrentAsync(name, cancellationToken))?.Version;
            if (version is not null && DatasetPaths.IsVersion(version) && await HasAsync(name, version, cancellationToken))
                return await _reader.ReadManifestAsync(name, version, cancellationToken);
        }

        throw await NotFoundAsync(reference, name, cancellationToken);
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

    private async Task<List<(string Version, DateTimeOffset Created)>> ListVersionsAsync(string name, CancellationToken cancellationToken)
    {
        var versions = new List<(string, DateTimeOffset)>();
        if (!DatasetPaths.IsName(name))
            return versions;
        await foreach (var version in store.ListFoldersAsync(DatasetPaths.Dataset(name), cancellationToken))
        {
            if (DatasetPaths.IsVersion(version) && await _reader.FindManifestAsync(name, version, cancellationToken) is { } manifest)
                versions.Add((version, manifest.LastModified));
        }

        return versions;
    }

    private async Task<bool> HasAsync(string name, string version, CancellationToken cancellationToken) =>
        await _reader.FindManifestAsync(name, version, cancellationToken) is not null;

    private async Task<DatasetNotFoundException> NotFoundAsync(string reference, string name, CancellationToken cancellationToken)
    {
        var versions = await ListVersionsAsync(name, cancellationToken);
        if (versions.Count > 0)
        {
            var names = string.Join(", ", versions.OrderByDescending(v => v.Created).Take(MaxNames).Select(v => $"{name}@{v.Version}"));
            return new DatasetNotFoundException(reference == name
                ? $"Dataset '{name}' has several versions, and none of them is current; say which: {names}{More(versions.Count)}."
                : $"There is no dataset version '{reference}'; the store has {names}{More(versions.Count)}.");
        }

        var all = await store.ListFoldersAsync(DatasetPaths.Root, cancellationToken).ToListAsync(cancellationToken);
        return new DatasetNotFoundException($"There is no dataset '{name}'; " + (all.Count > 0
            ? $"the store has {string.Join(", ", all.Take(MaxNames))}{More(all.Count)}."
            : "the store has none. 'contrastive data prepare' makes one."));
    }

    private static string More(int count) => count > MaxNames ? $" and {count - MaxNames:N0} more" : "";
}
