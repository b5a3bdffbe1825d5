namespace ContrastivePipeline.Data.Preparation;

/// <summary>Puts loaded media and their rows into parts. Media come in ordinal order of their ids, so the parts do not depend on which
/// image was decoded first.</summary>
internal sealed class DatasetAssembly(DatasetSpec spec, HeldOutImages heldOut, Ledger ledger, string scratch)
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

        var split = entry.First.Split ?? spec.Source.SplitOf(first);

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
        if (accounting.Kept == 0)
        {
            var example = ledger.QuarantineInOrder().FirstOrDefault();
            throw new SourceException(example is null
                ? "The source has no rows."
                : $"None of the {accounting.SourceRows:N0} rows of the source could be kept (" +
                    string.Join(", ", accounting.Reasons.Select(reason => $"{reason.Key}: {reason.Value:N0}")) +
                    $"). For example {example.File}, row {example.Row}: {example.Detail}");
        }

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
            await quarantine.CompleteAsync(cancellationToken),
            extras.LabelSets,
            accounting);
    }
}

/// <summary>Counts where every source row went, and keeps the quarantined ones.</summary>
internal sealed class Ledger
{
    private readonly SortedDictionary<string, long> _keptBySplit = new(StringComparer.Ordinal);
    private readonly List<QuarantineRow> _quarantine = [];
    private long _kept;
    private long _duplicates;

    public long SourceRows { get; private set; }

    public long Quarantined => _quarantine.Count;

    public void Offered() => SourceRows++;

    public void Kept(string split)
    {
        _kept++;
        _keptBySplit[split] = _keptBySplit.GetValueOrDefault(split) + 1;
    }

    public void Duplicate() => _duplicates++;

    public void Quarantine(SourceRow row, SourceFault fault) =>
        _quarantine.Add(new QuarantineRow(row.File, row.Row, fault.Column, fault.Reason, fault.Detail, row.Content));

    /// <summary>The quarantined rows in the order of their part: by file, row, column.</summary>
    public IEnumerable<QuarantineRow> QuarantineInOrder() => _quarantine
        .OrderBy(row => row.File, StringComparer.Ordinal).ThenBy(row => row.Row)
        .ThenBy(row => row.Column, StringComparer.Ordinal).ThenBy(row => row.Content, StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">A row is unaccounted for: a defect of this program.</exception>
    public DataAccounting Close()
    {
        if (SourceRows != _kept + _duplicates + Quarantined)
        {
            throw new InvalidOperationException($"{SourceRows} source rows, but {_kept} kept, {_duplicates} duplicate and " +
                $"{Quarantined} quarantined.");
        }

        var reasons = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in _quarantine)
            reasons[row.Reason] = reasons.GetValueOrDefault(row.Reason) + 1;

        return new DataAccounting(SourceRows, _kept, _duplicates, Quarantined, reasons, _keptBySplit);
    }
}
