using System.Text.Json;

namespace ContrastivePipeline.Data.Refresh;

/// <summary>Uploads what a refresh made: rejected rows and parts first, then the manifest, the record last.</summary>
internal sealed class RefreshPublisher(ArtifactStore store)
{
    /// <summary>The record of a refresh that was done before; null where it was not, or its version is gone.</summary>
    public async Task<RefreshRecord?> FindAsync(string dataset, string id, CancellationToken cancellationToken)
    {
        if (await store.TryReadAsync(RecordPath(dataset, id), cancellationToken) is not { } blob)
            return null;
        var record = DatasetJson.Parse<RefreshRecord>(blob, "record of a refresh");
        return record.Version is null
            || await new DatasetReader(store).FindManifestAsync(dataset, record.Version, cancellationToken) is not null
            ? record
            : null;
    }

    public async Task<RefreshRecord> PublishAsync(
        RefreshedDataset refreshed, RefreshRecord record, string scratch, IProgress<DataProgress>? progress,
        CancellationToken cancellationToken)
    {
        var rejected = refreshed.RejectedCount == 0 ? null
            : await UploadRejectedAsync(refreshed.Rejected, record, scratch, cancellationToken);
        if (record.Version is { } version)
        {
            var parts = refreshed.Captions.Select(part => part.New).OfType<PartFile>().ToArray();
            for (var i = 0; i < parts.Length; i++)
            {
                progress?.Report(new DataProgress("upload", i, parts.Length, record.Rows.Rejected));
                await store.WriteFileAsync(refreshed.PathOf(parts[i]), parts[i].Path, cancellationToken);
            }

            // A concurrent publisher wrote the same content, because the version is its hash.
            var manifest = JsonSerializer.SerializeToUtf8Bytes(refreshed.Manifest(rejected), DatasetJson.Options);
            await store.TryCreateAsync(DatasetPaths.Manifest(record.Dataset, version), manifest, cancellationToken);
            progress?.Report(new DataProgress("upload", parts.Length, parts.Length, record.Rows.Rejected));
        }

        record = record with { Rejected = rejected };
        await store.WriteAsync(
            RecordPath(record.Dataset, record.Id), JsonSerializer.SerializeToUtf8Bytes(record, DatasetJson.Options), cancellationToken);
        return record;
    }

    private async Task<Artifact> UploadRejectedAsync(
        IEnumerable<QuarantineRow> rows, RefreshRecord record, string scratch, CancellationToken cancellationToken)
    {
        var file = await PartFile.WriteAsync(ShardTables.Quarantine, DatasetPaths.RejectedName, rows, scratch, cancellationToken);
        return await store.WriteFileAsync($"{DatasetPaths.Refresh(record.Dataset, record.Id)}/{file.Name}", file.Path, cancellationToken);
    }

    private static string RecordPath(string dataset, string id) => $"{DatasetPaths.Refresh(dataset, id)}/{DatasetPaths.RecordName}";
}

/// <summary>A refreshed version that waits to be published.</summary>
internal sealed class RefreshedDataset
{
    private readonly DatasetManifest _basis;
    private readonly RefreshOrigin _origin;
    private readonly DataAccounting _accounting;

    public RefreshedDataset(DatasetManifest basis, RefreshOrigin origin, IReadOnlyList<RefreshedPart> captions, RefreshTally tally)
    {
        (_basis, _origin, Captions) = (basis, origin, captions);
        _accounting = tally.AddTo(basis.Accounting);
        (Rejected, RejectedCount) = (tally.RejectedInOrder(), tally.RejectedCount);
        // The rejected rows are in the accounting, and the table that they come from in the id of the refresh.
        var names = Name(ShardTables.Media.PartName, basis.Media.Select(part => part.Artifact.Sha256))
            .Concat(Name(ShardTables.Captions.PartName, captions.Select(part => part.New?.Sha256 ?? part.Old!.Artifact.Sha256)))
            .Concat(Name(ShardTables.Labels.PartName, basis.Labels.Select(part => part.Artifact.Sha256)))
            .Concat(Name(ShardTables.Triples.PartName, basis.Triples.Select(part => part.Artifact.Sha256)))
            .Concat(Name(ShardTables.Quarantine.PartName, basis.Quarantine.Select(part => part.Artifact.Sha256)));
        Version = VersionHash.Of(names, basis.MediaSize, basis.LabelSets, _accounting, origin);
    }

    public string Version { get; }

    public IReadOnlyList<RefreshedPart> Captions { get; }

    /// <summary>Quarantined rows in the order of the table; read from disk where they are many.</summary>
    public IEnumerable<QuarantineRow> Rejected { get; }

    public long RejectedCount { get; }

    public RefreshParts Describe() => new(
        Captions.Count, Captions.Count(part => part.New is not null), Captions.Sum(part => part.New?.Length ?? 0));

    public DatasetManifest Manifest(Artifact? rejected) => _basis with
    {
        Version = Version,
        Captions = [.. Captions.Select(part => part.Old ?? At(part.New!))],
        Quarantine = rejected is null ? _basis.Quarantine : [.. _basis.Quarantine, new DatasetPart(rejected, checked((int)RejectedCount))],
        Accounting = _accounting,
        Refresh = _origin,
    };

    public string PathOf(PartFile part) => $"{DatasetPaths.Version(_basis.Name, Version)}/{part.Name}";

    private DatasetPart At(PartFile part) => new(new Artifact(PathOf(part), part.Length, part.Sha256), part.Rows);

    private static IEnumerable<(string, string)> Name(Func<int, string> name, IEnumerable<string> hashes) =>
        hashes.Select((hash, i) => (name(i), hash));
}
