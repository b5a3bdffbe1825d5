namespace ContrastivePipeline.Data.Shards;

/// <summary>The captions of a media item in the base.</summary>
/// <param name="First">Number of the part that has its first caption.</param>
/// <param name="Pieces">Its captions, by part from <paramref name="First"/> on: more than one piece where a part ends within it.</param>
internal sealed record MediaItemCaptions(string MediaId, int First, IReadOnlyList<IReadOnlyList<CaptionRow>> Pieces)
{
    /// <summary>All captions of the media item, in order of index.</summary>
    public IReadOnlyList<CaptionRow> Rows => Pieces.Count == 1 ? Pieces[0] : [.. Pieces.SelectMany(piece => piece)];
}

/// <summary>Walks the captions of a version media item by media item; holds one part in memory.</summary>
internal sealed class CaptionCursor(ArtifactStore store, IReadOnlyList<DatasetPart> parts)
{
    private List<CaptionRow> _rows = [];
    private int _part = -1;
    private int _at;

    /// <summary>The next media item, in ordinal order; null at the end.</summary>
    /// <exception cref="InvalidDataException">The parts are not in order.</exception>
    public async Task<MediaItemCaptions?> NextAsync(CancellationToken cancellationToken)
    {
        if (!await FindRowAsync(cancellationToken))
            return null;
        var (id, first) = (_rows[_at].MediaId, _part);
        var pieces = new List<IReadOnlyList<CaptionRow>>();
        while (_rows[_at].MediaId == id)
        {
            var start = _at;
            while (_at < _rows.Count && _rows[_at].MediaId == id)
                _at++;

            while (pieces.Count < _part - first)
                pieces.Add([]);

            pieces.Add(_rows.GetRange(start, _at - start));
            if (!await FindRowAsync(cancellationToken))
                return new MediaItemCaptions(id, first, pieces);
        }

        if (string.CompareOrdinal(id, _rows[_at].MediaId) < 0)
            return new MediaItemCaptions(id, first, pieces);
        throw new InvalidDataException($"{parts[_part].Artifact.Path}: captions of '{_rows[_at].MediaId}' come after those of '{id}'.");
    }

    private async Task<bool> FindRowAsync(CancellationToken cancellationToken)
    {
        while (_at == _rows.Count)
        {
            if (_part + 1 >= parts.Count)
                return false;
            var content = new MemoryStream(await store.ReadAsync(parts[++_part].Artifact, cancellationToken), writable: false);
            _rows = await ShardTables.Captions.ReadAsync(content, cancellationToken).ToListAsync(cancellationToken);
            _at = 0;
        }

        return true;
    }
}
