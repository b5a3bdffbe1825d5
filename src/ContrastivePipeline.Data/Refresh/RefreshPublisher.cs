using System.Text.Json;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Data.Refresh;

/// <summary>Uploads what a refresh made: rejected rows and parts first, then the manifest, the record last.</summary>
internal sealed class RefreshPublisher(ArtifactStore store)
{
    /// <summary>The record of a refresh that was done before; null where it was not, or its version is gone.</summary>
    public async Task<RefreshRecord?> FindAsync(string dataset, string id, CancellationToken cancellationToken)
    {
        if (await store.TryReadAsync(RecordPath(dataset, id), cancellationToken) is not { } blob) return null;
        var record = DatasetJson.Parse<RefreshRecord>(blob, "record of a refresh");
        return record.Version is null || await store.TryReadAsync(DatasetPaths.Manifest(dataset, record.Version), cancellationToken) is not null
            ? record
            : null;
    }

    public async Task<RefreshRecord> PublishAsync(
        RefreshedDataset refreshed, RefreshRecord record, string scratch, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        var rejected = refreshed.RejectedCount == 0 ? null : await UploadRejectedAsync(refreshed.Rejected, record, scratch, cancellationToken);
        if (record.Version is { } version)
        {
            var parts = refreshed.Captions.Select(part => part.New).OfType<PartFile>().ToArray();
            for (var i = 0; i < parts.Length; i++)
            {
                progress?.Report(new DataProgress("upload", i, parts.Length, record.Rows.Rejected));
                await store.WriteFileAsync(refreshed.PathOf(parts[i]), parts[i].Path, cancellationToken);
            }

            // Losing the race is fine: whoever won wrote the same content, for the version is its hash.
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
