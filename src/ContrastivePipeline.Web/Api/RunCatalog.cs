using Microsoft.Extensions.Caching.Memory;

namespace ContrastivePipeline.Web.Api;

/// <summary>The runs of a store, as far as their records can be read.</summary>
/// <param name="Runs">The runs, the newest first.</param>
/// <param name="Unreadable">Paths of records that cannot be read, in ordinal order; usually none.</param>
public sealed record RunListing(IReadOnlyList<RunRecord> Runs, IReadOnlyList<string> Unreadable);

/// <summary>
/// All runs, the newest first. A listing tells which records have changed; only these are read again. Records are kept up to a number
/// of bytes: in a store with more of them, those that are used least are read again.
/// </summary>
/// <param name="parts">The store, and who hears of records that cannot be read.</param>
/// <param name="runs">The runs.</param>
public sealed class RunCatalog(WebParts parts, RunStore runs) : IDisposable
{
    // A record in memory takes about as much as its text.
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = parts.KeptRecords, TrackStatistics = true });

    /// <summary>Bytes of the records that are kept now.</summary>
    internal long KeptBytes => _kept.GetCurrentStatistics()?.CurrentEstimatedSize ?? 0;

    /// <summary>The runs.</summary>
    /// <param name="experiment">Only those of this experiment; null for all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async Task<RunListing> ListAsync(string? experiment, CancellationToken cancellationToken)
    {
        var (found, unreadable) = (new List<RunRecord>(), new List<string>());
        await foreach (var blob in parts.Store.ListAsync(experiment is null ? "runs/" : $"runs/{experiment}/", cancellationToken))
        {
            if (blob.Path.Split('/') is not ["runs", _, var id, "run.json"])
                continue;
            if (!_kept.TryGetValue(blob.Path, out Kept? kept) || kept!.Sha256 != blob.Sha256)
                kept = await ReadAsync(id, blob, cancellationToken);
            if (kept.IsDamaged)
                unreadable.Add(blob.Path);
            else if (kept.Run is { } run)
                found.Add(run);
        }
        return new RunListing([.. found.OrderByDescending(run => run.Started).ThenBy(run => run.Id, StringComparer.Ordinal)], unreadable);
    }

    /// <inheritdoc/>
    public void Dispose() => _kept.Dispose();

    private async Task<Kept> ReadAsync(string id, Artifact blob, CancellationToken cancellationToken)
    {
        var kept = await ReadRecordAsync(id, blob, cancellationToken);
        _kept.Set(blob.Path, kept, new MemoryCacheEntryOptions { Size = blob.Length });
        return kept;
    }

    private async Task<Kept> ReadRecordAsync(string id, Artifact blob, CancellationToken cancellationToken)
    {
        try
        {
            return new Kept(blob.Sha256, await runs.GetAsync(id, cancellationToken), IsDamaged: false);
        }
        catch (RunRecordException damaged)
        {
            parts.Notice($"{blob.Path} cannot be read and is left out of the lists: {damaged.Message}");
            return new Kept(blob.Sha256, null, IsDamaged: true);
        }
    }

    /// <summary>What a record said; null where it cannot be read, or was deleted meanwhile.</summary>
    private sealed record Kept(string Sha256, RunRecord? Run, bool IsDamaged);
}
