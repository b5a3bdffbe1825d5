namespace ContrastivePipeline.Data.Refresh;

/// <summary>Merges the sound rows of a table into the captions of the base, in one pass over both in order of media.</summary>
internal sealed class CaptionMerge(
    ArtifactStore store, DatasetManifest basis, RefreshSpec spec, MediaItemRefresh mediaItem, RefreshTally tally, CaptionColumns columns)
{
    private const long CaptionsAReport = 16_384;

    private readonly MediaIds _media = new(store, basis.Media);

    /// <summary>Merges the table into the captions and counts every row.</summary>
    /// <param name="rows">Sound rows by media item.</param>
    public async Task<IReadOnlyList<RefreshedPart>> RunAsync(
        SortedRows rows, string scratch, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        var cursor = new CaptionCursor(store, basis.Captions);
        var rewriter = new PartRewriter(basis.Captions, scratch);
        using var named = rows.ByMediaItem(spec.Limits, RejectTooMany).GetEnumerator();
        var (more, done, total) = (named.MoveNext(), 0L, basis.Captions.Sum(part => (long)part.Rows));
        while (await cursor.NextAsync(cancellationToken) is { } before)
        {
            for (; more && string.CompareOrdinal(named.Current[0].MediaId, before.MediaId) < 0; more = named.MoveNext())
                await rewriter.AddNewAsync(await ApplyNewAsync(named.Current, cancellationToken), cancellationToken);

            var isNamed = more && named.Current[0].MediaId == before.MediaId;
            await rewriter.AddAsync(before, Apply(before.Rows, isNamed ? named.Current : null), cancellationToken);
            if (isNamed)
                more = named.MoveNext();

            if (done / CaptionsAReport != (done += before.Rows.Count) / CaptionsAReport)
                progress?.Report(new DataProgress("merge", done, total, tally.RejectedCount));
        }

        for (; more; more = named.MoveNext())
            await rewriter.AddNewAsync(await ApplyNewAsync(named.Current, cancellationToken), cancellationToken);

        progress?.Report(new DataProgress("merge", total, total, tally.RejectedCount));
        return await rewriter.CompleteAsync(cancellationToken);
    }

    private IReadOnlyList<CaptionRow> Apply(IReadOnlyList<CaptionRow> before, List<CaptionTableRow>? rows)
    {
        if (rows is not null || spec.Mode == RefreshMode.Replace)
            return mediaItem.Apply(before, rows ?? []);
        tally.Untouched(before.Count);
        return before;
    }

    private void RejectTooMany(CaptionTableRow row) => tally.Reject(row.Row, row.Content, new SourceFault(
        columns.NameOf(CaptionField.Media), "too-many-captions",
        $"More than {spec.Limits.RowsPerMediaItem:N0} rows, or {spec.Limits.CharactersPerMediaItem:N0} characters, name '{row.MediaId}'; " +
        "check whether the column holds the right ids."));

    private async Task<IReadOnlyList<CaptionRow>> ApplyNewAsync(List<CaptionTableRow> rows, CancellationToken cancellationToken)
    {
        if (await _media.ContainsAsync(rows[0].MediaId, cancellationToken))
            return mediaItem.Apply([], rows);
        foreach (var row in rows)
        {
            tally.Reject(row.Row, row.Content, new SourceFault(
                columns.NameOf(CaptionField.Media), "unknown-media",
                $"The dataset has no media item '{row.MediaId}'; correct the id, or prepare the dataset anew with the image."));
        }

        return [];
    }
}

/// <summary>The ids of a version's media, without their images: queried in ordinal order, and read only as far as needed.</summary>
internal sealed class MediaIds(ArtifactStore store, IReadOnlyList<DatasetPart> parts)
{
    private IAsyncEnumerator<MediaKey>? _keys;
    private bool _hasCurrent = true;

    /// <param name="id">Not before the one that was asked for last.</param>
    public async Task<bool> ContainsAsync(string id, CancellationToken cancellationToken)
    {
        if (_keys is null)
        {
            _keys = MediaKeys.ReadAsync(store, parts, withHashes: false, cancellationToken).GetAsyncEnumerator(cancellationToken);
            _hasCurrent = await _keys.MoveNextAsync();
        }

        while (_hasCurrent && string.CompareOrdinal(_keys.Current.Id, id) < 0)
            _hasCurrent = await _keys.MoveNextAsync();

        return _hasCurrent && _keys.Current.Id == id;
    }
}
