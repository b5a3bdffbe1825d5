using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Single media of a dataset version. Media lie in the order of their ids, so a part is found by halving: each step reads the ids
/// of a part, not its media, and at the end one row group is read. What was read is kept up to a number of bytes. Safe for concurrent use.
/// </summary>
/// <param name="keptBytes">Bytes of media and ids to keep. 64 MiB.</param>
public sealed class DatasetMedia(ArtifactStore store, DatasetManifest manifest, long keptBytes = 64L << 20) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = keptBytes, TrackStatistics = true });
    private readonly (string First, string Last)?[] _bounds = new (string, string)?[manifest.Media.Count];

    internal long KeptBytes => _kept.GetCurrentStatistics()?.CurrentEstimatedSize ?? 0;

    /// <summary>The media item of that id; null where the version has none.</summary>
    /// <exception cref="ArtifactCorruptException">The media item is not what was written.</exception>
    public async Task<MediaRow?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(id, out MediaRow? kept))
            return kept;
        await _one.WaitAsync(cancellationToken);
        try
        {
            for (var (low, high) = (0, manifest.Media.Count - 1); low <= high;)
            {
                var middle = (low + high) / 2;
                var bounds = _bounds[middle] ??= BoundsOf(await IdsAsync(middle, cancellationToken));
                if (string.CompareOrdinal(id, bounds.First) < 0)
                    high = middle - 1;
                else if (string.CompareOrdinal(id, bounds.Last) > 0)
                    low = middle + 1;
                else
                    return await ReadAsync(middle, id, cancellationToken);
            }
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _one.Dispose();
        _kept.Dispose();
    }

    private static (string First, string Last) BoundsOf(IReadOnlyList<string[]> groups) =>
        (groups.SelectMany(ids => ids).Min(StringComparer.Ordinal)!, groups.SelectMany(ids => ids).Max(StringComparer.Ordinal)!);

    private async Task<IReadOnlyList<string[]>> IdsAsync(int part, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(part, out IReadOnlyList<string[]>? ids))
            return ids!;
        ids = await MediaGroups.ReadIdsAsync(store, manifest.Media[part], cancellationToken);
        Keep(part, ids, ids.Sum(group => group.Sum(id => 32L + (2 * id.Length))));
        return ids;
    }

    private async Task<MediaRow?> ReadAsync(int part, string id, CancellationToken cancellationToken)
    {
        var ids = await IdsAsync(part, cancellationToken);
        var group = ids.Index().FirstOrDefault(g => g.Item.Contains(id, StringComparer.Ordinal), (-1, [])).Index;
        if (group < 0)
            return null;
        MediaRow? found = null;
        foreach (var row in await MediaGroups.ReadAsync(store, manifest.Media[part], group, cancellationToken))
        {
            // The hash of the part covers all its row groups; of one group, only the hash of each row can be checked.
            var hash = Convert.ToHexStringLower(SHA256.HashData(row.Bytes));
            if (hash == row.Sha256)
                Keep(row.Id, row, 128L + row.Bytes.Length);
            else if (row.Id == id)
                throw new ArtifactCorruptException(manifest.Media[part].Artifact, $"SHA-256 {row.Sha256}", hash);
            found = row.Id == id ? row : found;
        }
        return found;
    }

    private void Keep<T>(object key, T value, long bytes) => _kept.Set(key, value, new MemoryCacheEntryOptions { Size = bytes });
}
