namespace ContrastivePipeline.Data.Refresh;

/// <summary>Counts where every row of a caption table went, and what became of the captions.</summary>
internal sealed class RefreshTally(QuarantinedRows quarantined)
{
    private const int ExamplesOfAKind = 5;
    private const int ExampleLength = 200;

    private readonly List<CaptionChange> _examples = [];
    private readonly int[] _examplesOf = new int[Enum.GetValues<CaptionChangeKind>().Length];
    private readonly SortedDictionary<string, long> _splitChange = new(StringComparer.Ordinal);
    private long _read, _added, _changed, _unchanged, _duplicates;
    private long _before, _after, _untouched, _removed;

    public long RejectedCount => quarantined.Count;

    public long Read => _read;

    /// <summary>Whether a caption was added, changed or removed.</summary>
    public bool HasChanges => _added + _changed + _removed > 0 || IsReordered;

    /// <summary>Whether captions of a media item have other indexes.</summary>
    public bool IsReordered { get; private set; }

    public void Offered() => _read++;

    public void Duplicate() => _duplicates++;

    public void Reject(long row, string content, SourceFault fault) => quarantined.Add(row, content, fault);

    /// <summary>Counts captions that nothing touched.</summary>
    public void Untouched(int captions)
    {
        _before += captions;
        _after += captions;
        _untouched += captions;
    }

    /// <summary>Counts what became of the captions of a media item.</summary>
    /// <param name="fromTable">By new caption: whether a row of the table asked for it.</param>
    public void MediaItem(IReadOnlyList<CaptionRow> before, IReadOnlyList<CaptionRow> after, IReadOnlyList<bool> fromTable)
    {
        var match = CaptionMatch.Of(before, after);
        _before += before.Count;
        _after += after.Count;
        _untouched += match.Unchanged;
        _removed += match.Removed.Count;
        for (var i = 0; i < after.Count; i++)
        {
            IsReordered |= match.IsUnchanged[i] && match.OriginOf(i)!.CaptionIndex != after[i].CaptionIndex;
            if (!fromTable[i])
                continue;
            if (match.IsUnchanged[i])
            {
                _unchanged++;
            }
            else if (match.OriginOf(i) is null)
            {
                _added++;
            }
            else
            {
                _changed++;
            }
        }

        foreach (var change in match.Changes(after).Where(change => _examplesOf[(int)change.Kind]++ < ExamplesOfAKind))
            _examples.Add(change);

        if (before.Count == after.Count)
            return;
        var split = (before.Count > 0 ? before : after)[0].Split;
        _splitChange[split] = _splitChange.GetValueOrDefault(split) + after.Count - before.Count;
    }

    /// <summary>Where the rows went.</summary>
    /// <exception cref="InvalidOperationException">A row or caption is unaccounted for: a defect of this program.</exception>
    public (RefreshRows Rows, RefreshCaptions Captions) Close()
    {
        if (_read != _added + _changed + _unchanged + _duplicates + RejectedCount || _before != _untouched + _changed + _removed
            || _after != _before + _added - _removed)
        {
            throw new InvalidOperationException(
                $"{_read} rows, but {_added} added, {_changed} changed, {_unchanged} unchanged, {_duplicates} duplicate " +
                $"and {RejectedCount} quarantined; {_before} captions became {_after}, " +
                $"with {_untouched} unchanged and {_removed} removed.");
        }

        return (new RefreshRows(_read, _added, _changed, _unchanged, _duplicates, RejectedCount),
            new RefreshCaptions(_before, _after, _untouched, _removed));
    }

    /// <summary>The quarantined rows in the order of the table.</summary>
    public IEnumerable<QuarantineRow> RejectedInOrder() => quarantined.InOrder();

    public SortedDictionary<string, long> Reasons() => Sum(new Dictionary<string, long>(), quarantined.Reasons);

    public RefreshExamples Examples() => new(
        [.. _examples.Select(change => change with { Before = Cut(change.Before), After = Cut(change.After) })],
        [.. quarantined.Examples.Select(row => row with { Content = Cut(row.Content)! })]);

    /// <summary>Why rows were quarantined, with the first of them, for the message of a refusal; empty where none was.</summary>
    public string DescribeRejected() => quarantined.Examples.FirstOrDefault() is not { } example ? "" :
        $"{RejectedCount:N0} of its {Read:N0} rows were quarantined (" +
        string.Join(", ", quarantined.Reasons.Select(reason => $"{reason.Reason}: {reason.Count:N0}")) +
        $"). For example row {example.Row}: {example.Detail}";

    /// <summary>The accounting of the new version: that of the base plus this refresh.</summary>
    public DataAccounting AddTo(DataAccounting books) => new(
        books.SourceRows + _read, books.Kept + _added - _removed, books.Duplicates + _duplicates + _unchanged,
        books.Quarantined + RejectedCount, Sum(books.Reasons, Reasons().Select(reason => (reason.Key, reason.Value))),
        Sum(books.KeptBySplit, _splitChange.Select(split => (split.Key, split.Value))))
    {
        Superseded = books.Superseded + _changed + _removed,
    };

    private static SortedDictionary<string, long> Sum(IReadOnlyDictionary<string, long> start, IEnumerable<(string Key, long Value)> more)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (key, value) in start.Select(entry => (entry.Key, entry.Value)).Concat(more))
            sums[key] = sums.GetValueOrDefault(key) + value;

        foreach (var key in sums.Where(entry => entry.Value == 0).Select(entry => entry.Key).ToArray())
            sums.Remove(key);

        return sums;
    }

    private static string? Cut(string? text) => text is null ? null : ShortText.Cut(text, ExampleLength);
}
