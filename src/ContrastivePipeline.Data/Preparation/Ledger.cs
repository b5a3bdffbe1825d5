namespace ContrastivePipeline.Data.Preparation;

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

    /// <summary>The account of all rows.</summary>
    /// <exception cref="SourceException">Not one row was kept.</exception>
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

        if (_kept == 0)
        {
            var example = QuarantineInOrder().FirstOrDefault();
            throw new SourceException(example is null
                ? "The source has no rows."
                : $"None of the {SourceRows:N0} rows of the source could be kept (" +
                    string.Join(", ", reasons.Select(reason => $"{reason.Key}: {reason.Value:N0}")) +
                    $"). For example {example.File}, row {example.Row}: {example.Detail}");
        }

        return new DataAccounting(SourceRows, _kept, _duplicates, Quarantined, reasons, _keptBySplit);
    }
}
