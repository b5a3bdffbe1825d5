using ContrastivePipeline.Data.Refresh.Tables;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Storage;

namespace ContrastivePipeline.Data.Refresh;

/// <summary>Merges the sound rows of a table into the captions of the base, in one pass over both in order of media.</summary>
internal sealed class CaptionMerge(
    ArtifactStore store, DatasetManifest basis, RefreshMode mode, MediumRefresh medium, RefreshTally tally, CaptionColumns columns)
{
    private const long CaptionsAReport = 16_384;

    private readonly MediaIds _media = new(store, basis.Media);

    /// <summary>Merges and books everything.</summary>
    /// <param name="rows">Sound rows by medium.</param>
    /// <param name="scratch">Where new parts wait.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<RefreshedPart>> RunAsync(
        Dictionary<string, List<CaptionTableRow>> rows, string scratch, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        var cursor = new CaptionCursor(store, basis.Captions);
        var rewriter = new PartRewriter(basis.Captions, scratch);
        var ids = rows.Keys.Order(StringComparer.Ordinal).ToArray();
        var (next, done, total) = (0, 0L, basis.Captions.Sum(part => (long)part.Rows));
        while (await cursor.NextAsync(cancellationToken) is { } before)
        {
            for (; next < ids.Length && string.CompareOrdinal(ids[next], before.MediaId) < 0; next++)
                rewriter.AddNew(await ApplyNewAsync(rows[ids[next]], cancellationToken));
            var named = next < ids.Length && ids[next] == before.MediaId ? rows[ids[next++]] : null;
            await rewriter.AddAsync(before, Apply(before.Rows, named), cancellationToken);
            if (done / CaptionsAReport != (done += before.Rows.Count) / CaptionsAReport)
                progress?.Report(new DataProgress("merge", done, total, tally.RejectedCount));
        }

        for (; next < ids.Length; next++) rewriter.AddNew(await ApplyNewAsync(rows[ids[next]], cancellationToken));
        progress?.Report(new DataProgress("merge", total, total, tally.RejectedCount));
        return await rewriter.CompleteAsync(cancellationToken);
    }

    private IReadOnlyList<CaptionRow> Apply(IReadOnlyList<CaptionRow> before, List<CaptionTableRow>? rows)
    {
        if (rows is not null || mode == RefreshMode.Replace) return medium.Apply(before, rows ?? []);
        tally.Untouched(before.Count);
        return before;
    }

    private async Task<IReadOnlyList<CaptionRow>> ApplyNewAsync(List<CaptionTableRow> rows, CancellationToken cancellationToken)
    {
        if (await _media.ContainsAsync(rows[0].MediaId, cancellationToken)) return medium.Apply([], rows);
        foreach (var row in rows)
        {
            tally.Reject(row.Row, row.Content, new SourceFault(
                columns.NameOf(CaptionField.Media), "unknown-media",
                $"The dataset has no medium '{row.MediaId}'; correct the id, or prepare the dataset anew with the picture."));
        }

        return [];
    }
}
