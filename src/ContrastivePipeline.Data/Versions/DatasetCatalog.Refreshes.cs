namespace ContrastivePipeline.Data.Versions;

public sealed partial class DatasetCatalog
{
    /// <summary>All refreshes of a dataset that the store remembers, the latest first, those that changed nothing included.</summary>
    public Task<IReadOnlyList<StoredRefresh>> RefreshesAsync(string name, CancellationToken cancellationToken = default) =>
        RefreshesAsync(name, null, cancellationToken);

    /// <inheritdoc cref="RefreshesAsync(string, CancellationToken)"/>
    /// <param name="unreadable">Takes what cannot be read: such records are left out.</param>
    public async Task<IReadOnlyList<StoredRefresh>> RefreshesAsync(
        string name, ICollection<UnreadableRecord>? unreadable, CancellationToken cancellationToken = default)
    {
        var refreshes = new List<StoredRefresh>();
        if (!DatasetPaths.IsName(name))
            return refreshes;
        await foreach (var entry in store.ListEntriesAsync(DatasetPaths.Refreshes(name), cancellationToken))
        {
            if (!entry.Artifact.Path.EndsWith("/" + DatasetPaths.RecordName, StringComparison.Ordinal)
                || await store.TryReadAsync(entry.Artifact.Path, cancellationToken) is not { } blob)
            {
                continue;
            }

            var record = await TryReadAsync(
                blob.Path, () => Task.FromResult<RefreshRecord?>(DatasetJson.Parse<RefreshRecord>(blob, "record of a refresh")),
                unreadable);
            if (record is not null)
                refreshes.Add(new StoredRefresh(record, entry.LastModified));
        }

        return [.. refreshes.OrderByDescending(refresh => refresh.At).ThenBy(refresh => refresh.Record.Id, StringComparer.Ordinal)];
    }

    /// <summary>Compares two versions of a dataset; reads only parts that they do not share.</summary>
    /// <param name="examples">How many changes of each kind to show.</param>
    /// <exception cref="StoreException">A part is missing or damaged, or the store failed.</exception>
    public Task<DatasetDiff> DiffAsync(
        DatasetManifest from, DatasetManifest to, int examples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return new DatasetComparison(store, from, to, examples).RunAsync(cancellationToken);
    }

    /// <summary>The rows that a refresh rejected, in the order of its table.</summary>
    public IAsyncEnumerable<QuarantineRow> ReadRejectedAsync(RefreshRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        DatasetPart[] parts = record.Rejected is { } artifact ? [new DatasetPart(artifact, checked((int)record.Rows.Rejected))] : [];
        return _reader.ReadQuarantineAsync(parts, cancellationToken);
    }
}
