using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Data.Refresh;

/// <summary>Applies caption tables to dataset versions. The result is a new version, which shares all parts that did not change, or nothing
/// where no caption did. A pure function of its inputs: killed anywhere, a repeat gives the same bytes.</summary>
/// <param name="scratchRoot">A folder on disk under which parts are written; null for the system's temporary folder, which is often
/// small.</param>
public sealed class CaptionRefresher(ArtifactStore store, string? scratchRoot = null)
{
    private const int RowsAReport = 1_000;

    /// <summary>Reads the table, compares it with the base and publishes the new version and the refresh's record; a refresh that was
    /// recorded before is not done again. The new version does not become current: that is for
    /// <see cref="Versions.DatasetCatalog.MakeCurrentAsync"/>.</summary>
    /// <param name="progress">Receives the progress: <c>read</c> (rows), <c>merge</c> (captions), <c>upload</c> (parts).</param>
    /// <param name="cancellationToken">Cancels the operation; nothing half-written is ever visible as a version.</param>
    /// <exception cref="SourceException">The table as a whole cannot be read, or would leave the dataset without captions.</exception>
    /// <exception cref="ArtifactMissingException">There is no such base version.</exception>
    /// <exception cref="StoreException">The store failed.</exception>
    public Task<RefreshRecord> ComputeAsync(
        RefreshSpec spec, IProgress<DataProgress>? progress = null, CancellationToken cancellationToken = default) =>
        RunAsync(spec, isDryRun: false, progress, cancellationToken);

    /// <summary>Returns what <see cref="ComputeAsync"/> would do, and stores nothing: the record has no
    /// <see cref="RefreshRecord.Rejected"/>, and the version that it names need not exist.</summary>
    /// <inheritdoc cref="ComputeAsync"/>
    public Task<RefreshRecord> PreviewAsync(
        RefreshSpec spec, IProgress<DataProgress>? progress = null, CancellationToken cancellationToken = default) =>
        RunAsync(spec, isDryRun: true, progress, cancellationToken);

    private async Task<RefreshRecord> RunAsync(
        RefreshSpec spec, bool isDryRun, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.MaxCaptionLength, 1, nameof(spec));
        var reader = new DatasetReader(store);
        var basis = await reader.ReadManifestAsync(spec.Dataset, spec.BaseVersion, cancellationToken);
        if (StoredFormat.Of(basis) is TextFormat)
        {
            throw new SourceException($"Dataset '{spec.Dataset}' has texts alone, and no captions of media to refresh; prepare it anew from its "
                + "changed table.");
        }
        var (length, hash) = await HashAsync(spec, cancellationToken);
        var id = IdOf(spec, hash);
        var publisher = new RefreshPublisher(store);
        if (await publisher.FindAsync(spec.Dataset, id, cancellationToken) is { } done)
            return done;

        using var scratch = ScratchFolder.Create(scratchRoot ?? DataScratch.Default, "refresh");
        var tally = new RefreshTally(new QuarantinedRows(spec.Name, scratch.Path));
        await using var table = await CaptionTables.OpenAsync(spec.File, spec.Name, cancellationToken);
        var rows = await ReadAsync(table, spec, tally, new SortedRows(scratch.Path), progress, cancellationToken);
        if (tally.Read == 0)
            throw new SourceException($"{spec.Name} has no rows; it should have one for every caption.");
        var mediaItem = new MediaItemRefresh(spec.Mode, table.Columns, tally);
        var parts = await new CaptionMerge(store, basis, spec, mediaItem, tally, table.Columns)
            .RunAsync(rows, scratch.Path, progress, cancellationToken);
        var (counts, captions) = tally.Close();
        if (captions.After == 0)
        {
            throw new SourceException(
                $"{spec.Name} would leave dataset '{spec.Dataset}' without captions. {tally.DescribeRejected()}".TrimEnd());
        }

        var refreshed = new RefreshedDataset(basis, new RefreshOrigin(basis.Version, id), parts, tally);
        var record = new RefreshRecord(
            id, spec.Dataset, basis.Version, tally.HasChanges ? refreshed.Version : null, spec.Mode, spec.Name, length, hash, counts,
            captions,
            tally.HasChanges ? refreshed.Describe() : new RefreshParts(basis.Captions.Count, 0, 0), tally.Reasons(), tally.Examples(),
            null);
        return isDryRun ? record : await publisher.PublishAsync(refreshed, record, scratch.Path, progress, cancellationToken);
    }

    private static async Task<SortedRows> ReadAsync(
        ICaptionTable table, RefreshSpec spec, RefreshTally tally, SortedRows rows, IProgress<DataProgress>? progress,
        CancellationToken cancellationToken)
    {
        var checks = new RowChecks(table.Columns, spec.Name, spec.MaxCaptionLength);
        var characters = 0L;
        await foreach (var row in table.ReadAsync(cancellationToken))
        {
            tally.Offered();
            spec.Limits.Check(spec.Name, tally.Read, characters += row.Content.Length);
            if (checks.Check(row, out var fault) is { } sound)
            {
                rows.Add(sound);
            }
            else
            {
                tally.Reject(row.Row, row.Content, fault!);
            }

            if (tally.Read % RowsAReport == 0)
                progress?.Report(new DataProgress("read", tally.Read, null, tally.RejectedCount));
        }

        progress?.Report(new DataProgress("read", tally.Read, tally.Read, tally.RejectedCount));
        return rows;
    }

    private static async Task<(long Length, string Sha256)> HashAsync(RefreshSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(spec.File);
            return (file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"The table {spec.Name} cannot be read: {error.Message}", error);
        }
    }

    private static string IdOf(RefreshSpec spec, string sha256)
    {
        var inputs = JsonSerializer.Serialize(new { spec.Dataset, spec.BaseVersion, spec.Mode, spec.Name, spec.MaxCaptionLength, sha256 },
            DatasetJson.Options);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(inputs)))[..12];
    }
}
