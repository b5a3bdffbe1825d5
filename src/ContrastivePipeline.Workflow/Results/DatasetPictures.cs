using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>
/// Single pictures of a dataset version. Media lie in the order of their ids, so a part is found by halving; the last few parts
/// are kept. Safe for concurrent use.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="manifest">The dataset version.</param>
public sealed class DatasetPictures(ArtifactStore store, DatasetManifest manifest) : IDisposable
{
    private const int PartsKept = 8;

    private readonly SemaphoreSlim _one = new(1);
    private readonly (string First, string Last)?[] _bounds = new (string, string)?[manifest.Media.Count];
    private readonly List<(int Part, Dictionary<string, MediaRow> Rows)> _parts = [];

    /// <summary>The medium of that id; null where the version has none.</summary>
    public async Task<MediaRow?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            for (var (low, high) = (0, manifest.Media.Count - 1); low <= high;)
            {
                var middle = (low + high) / 2;
                var bounds = _bounds[middle] ?? await BoundsAsync(middle, cancellationToken);
                if (string.CompareOrdinal(id, bounds.First) < 0)
                    high = middle - 1;
                else if (string.CompareOrdinal(id, bounds.Last) > 0)
                    low = middle + 1;
                else
                    return (await ReadAsync(middle, cancellationToken)).GetValueOrDefault(id);
            }
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<(string First, string Last)> BoundsAsync(int part, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(part, cancellationToken);
        var bounds = (rows.Keys.Min(StringComparer.Ordinal)!, rows.Keys.Max(StringComparer.Ordinal)!);
        _bounds[part] = bounds;
        return bounds;
    }

    private async Task<Dictionary<string, MediaRow>> ReadAsync(int part, CancellationToken cancellationToken)
    {
        var place = _parts.FindIndex(kept => kept.Part == part);
        (int Part, Dictionary<string, MediaRow> Rows) found = place >= 0 ? _parts[place] : (part, await new DatasetReader(store)
            .ReadMediaAsync(manifest with { Media = [manifest.Media[part]] }, cancellationToken)
            .ToDictionaryAsync(row => row.Id, StringComparer.Ordinal, cancellationToken));
        if (place >= 0)
            _parts.RemoveAt(place);
        else if (_parts.Count == PartsKept)
            _parts.RemoveAt(0);
        _parts.Add(found);
        return found.Rows;
    }
}
