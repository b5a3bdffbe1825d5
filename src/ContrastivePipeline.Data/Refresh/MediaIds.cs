using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Data.Refresh;

/// <summary>The ids of a version's media, without their images: asked in ordinal order, read as far as they are asked for.</summary>
internal sealed class MediaIds(ArtifactStore store, IReadOnlyList<DatasetPart> parts)
{
    private IAsyncEnumerator<MediaKey>? _keys;
    private bool _hasCurrent = true;

    /// <summary>Whether there is such a media item.</summary>
    /// <param name="id">Not before the one that was asked for last.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<bool> ContainsAsync(string id, CancellationToken cancellationToken)
    {
        if (_keys is null)
        {
            _keys = MediaKeys.ReadAsync(store, parts, withHashes: false, cancellationToken).GetAsyncEnumerator(cancellationToken);
            _hasCurrent = await _keys.MoveNextAsync();
        }

        while (_hasCurrent && string.CompareOrdinal(_keys.Current.Id, id) < 0) _hasCurrent = await _keys.MoveNextAsync();
        return _hasCurrent && _keys.Current.Id == id;
    }
}
