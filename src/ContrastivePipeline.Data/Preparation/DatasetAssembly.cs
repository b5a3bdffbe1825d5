namespace ContrastivePipeline.Data.Preparation;

/// <summary>Puts loaded media and their rows into parts. Media come in ordinal order of their ids, so the parts do not depend on which
/// image was decoded first.</summary>
internal sealed class DatasetAssembly(DatasetSpec spec, MediaSourceSpec source, HeldOutImages heldOut, Ledger ledger, string scratch)
{
    private readonly PartWriter<MediaRow> _media = new(ShardTables.Media, scratch);
    private readonly PartWriter<CaptionRow> _captions = new(ShardTables.Captions, scratch);
    private readonly PartWriter<LabelRow> _labels = new(ShardTables.Labels, scratch);
    private readonly HashSet<(string Content, string Caption)> _pairs = [];
    private readonly Dictionary<string, string> _firstWithContent = new(StringComparer.Ordinal);

    /// <summary>Accounts for every row of a media item and keeps the sound ones.</summary>
    public async Task AddAsync(MediaEntry entry, LoadedMedia loaded, CancellationToken cancellationToken)
    {
        var fault = loaded.Fault ?? heldOut.Check(entry.First, loaded.ContentSha256);
        if (loaded.Media is null || fault is not null)
        {
            foreach (var (row, _) in entry.Rows)
                ledger.Quarantine(row, fault!);

            return;
        }

        var kept = new List<SourcePair>();
        foreach (var (_, pair) in entry.Rows)
        {
            if (_pairs.Add((loaded.ContentSha256, pair.Caption)))
            {
                kept.Add(pair);
            }
            else
            {
                ledger.Duplicate();
            }
        }

        if (kept.Count == 0)
            return;

        // Copies of an image under other names join the split of the first, so that no image is in both training and test. Where the
        // source names the splits, the copies that it trains on have been quarantined above.
        var id = entry.First.MediaId;
        if (!_firstWithContent.TryGetValue(loaded.ContentSha256, out var first))
            _firstWithContent.Add(loaded.ContentSha256, first = id);

        var split = entry.First.Split ?? source.SplitOf(first);

        await _media.AddAsync(loaded.Media, cancellationToken);
        for (var i = 0; i < kept.Count; i++)
        {
            ledger.Kept(split);
            await _captions.AddAsync(new CaptionRow(id, i, kept[i].Caption, kept[i].Concept, kept[i].Source, split), cancellationToken);
        }

        var labels = entry.Labels.OrderBy(label => label.LabelSet, StringComparer.Ordinal);
        await _labels.AddAsync(labels.Select(label => new LabelRow(id, label.LabelSet, label.Label)), cancellationToken);
    }

    /// <summary>Writes what remains and closes the accounting.</summary>
    /// <exception cref="SourceException">Not one row was kept.</exception>
    public async Task<PreparedDataset> CompleteAsync(SourceExtras extras, CancellationToken cancellationToken)
    {
        var accounting = ledger.Close();
        var triples = new PartWriter<TripleRow>(ShardTables.Triples, scratch);
        await triples.AddAsync(
            extras.Triples.OrderBy(triple => triple.Anchor, StringComparer.Ordinal)
                .ThenBy(triple => triple.Positive, StringComparer.Ordinal).ThenBy(triple => triple.Negative, StringComparer.Ordinal),
            cancellationToken);
        var quarantine = new PartWriter<QuarantineRow>(ShardTables.Quarantine, scratch);
        await quarantine.AddAsync(ledger.QuarantineInOrder(), cancellationToken);

        return new PreparedDataset(
            spec,
            await _media.CompleteAsync(cancellationToken),
            await _captions.CompleteAsync(cancellationToken),
            await _labels.CompleteAsync(cancellationToken),
            await triples.CompleteAsync(cancellationToken),
            [],
            await quarantine.CompleteAsync(cancellationToken),
            extras.LabelSets,
            accounting);
    }
}
