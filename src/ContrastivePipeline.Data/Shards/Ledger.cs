using ContrastivePipeline.Data.Sources;

namespace ContrastivePipeline.Data.Shards;

/// <summary>Books where every source row went, and keeps the quarantined ones.</summary>
internal sealed class Ledger
{
    private readonly SortedDictionary<string, long> _keptBySplit = new(StringComparer.Ordinal);
    private readonly List<QuarantineRow> _quarantine = [];
    private long _kept;
    private long _duplicates;

    /// <summary>Rows that the source offered.</summary>
    public long SourceRows { get; private set; }

    /// <summary>Rows quarantined.</summary>
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

    /// <summary>The books, closed.</summary>
    /// <exception cref="InvalidOperationException">A row is unaccounted for: a defect of this program.</exception>
    public DataAccounting Close()
    {
        if (SourceRows != _kept + _duplicates + Quarantined)
        {
            throw new InvalidOperationException($"{SourceRows} source rows, but {_kept} kept, {_duplicates} duplicate and " +
                $"{Quarantined} quarantined.");
        }

        var reasons = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in _quarantine) reasons[row.Reason] = reasons.GetValueOrDefault(row.Reason) + 1;
        return new DataAccounting(SourceRows, _kept, _duplicates, Quarantined, reasons, _keptBySplit);
    }
}
