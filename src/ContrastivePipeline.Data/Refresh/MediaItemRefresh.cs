namespace ContrastivePipeline.Data.Refresh;

/// <summary>Applies the rows of a table that name one media item to its captions.</summary>
internal sealed class MediaItemRefresh(RefreshMode mode, CaptionColumns columns, RefreshTally tally)
{
    /// <summary>The captions of the media item afterwards; every row is counted.</summary>
    /// <param name="before">Its captions, in order of index; none for a media item without.</param>
    /// <param name="rows">The sound rows that name it, in the table's order.</param>
    public IReadOnlyList<CaptionRow> Apply(IReadOnlyList<CaptionRow> before, IReadOnlyList<CaptionTableRow> rows)
    {
        var split = before.Count > 0 ? before[0].Split : rows.FirstOrDefault(row => row.Split is not null)?.Split;
        rows = WithoutRepeats(Indexed(InSplit(rows, split)));
        var slots = rows.Count == 0 && mode != RefreshMode.Replace ? [.. before.Select(Slot.Of)]
            : mode == RefreshMode.Append ? Append(before, rows)
            : mode == RefreshMode.Patch && rows[0].Index is not null ? Patch(before, rows)
            : Distinct([], rows);
        var after = new CaptionRow[slots.Count];
        var old = before.GroupBy(row => row.Caption, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        for (var i = 0; i < after.Length; i++)
        {
            // A caption that stays keeps its source and concept under any index.
            after[i] = old.TryGetValue(slots[i].Caption, out var same) ? same with { CaptionIndex = i }
                : Build(i, slots[i].Row!, before, split!);
        }

        tally.MediaItem(before, after, [.. slots.Select(slot => slot.Row is not null)]);
        return after;
    }

    private List<CaptionTableRow> InSplit(IReadOnlyList<CaptionTableRow> rows, string? split)
    {
        return Keep(rows, row => split is null
            ? new SourceFault(columns.NameOf(CaptionField.Split), "missing-split",
                $"'{row.MediaId}' has no captions yet, so its split is unknown; add a column 'split'.")
            : row.Split is null || row.Split == split ? null
            : new SourceFault(columns.NameOf(CaptionField.Split), "split-mismatch",
                $"'{row.MediaId}' is in split '{split}', not in '{row.Split}'; a refresh does not move media between splits."));
    }

    private List<CaptionTableRow> Indexed(List<CaptionTableRow> rows)
    {
        var isMixed = rows.Exists(row => row.Index is null) && rows.Exists(row => row.Index is not null);
        return Keep(rows, row => isMixed
            ? IndexFault("mixed-index",
                $"Some rows of '{row.MediaId}' have a caption index and others have none; give all of them one, or none.")
            : null);
    }

    // The first row with an index counts.
    private List<CaptionTableRow> WithoutRepeats(List<CaptionTableRow> rows)
    {
        var first = new Dictionary<int, CaptionTableRow>();
        var kept = new List<CaptionTableRow>();
        foreach (var row in rows)
        {
            if (row.Index is not { } index || first.TryAdd(index, row))
            {
                kept.Add(row);
            }
            else if (first[index].Caption == row.Caption)
            {
                tally.Duplicate();
            }
            else
            {
                Reject(row, IndexFault("repeated-index",
                    $"Row {first[index].Row} gives caption {index} of '{row.MediaId}' another text; keep one of them."));
            }
        }

        // The sort is stable: rows without an index stay in the table's order.
        return [.. kept.OrderBy(row => row.Index)];
    }

    private List<Slot> Append(IReadOnlyList<CaptionRow> before, IReadOnlyList<CaptionTableRow> rows)
    {
        var fresh = Keep(rows, row => row.Index < before.Count && before[row.Index.Value].Caption != row.Caption
            ? IndexFault("index-taken",
                $"'{row.MediaId}' has a caption {row.Index} already, and appending changes none; patch it, or use index {before.Count}.")
            : null);
        return Distinct([.. before.Select(Slot.Of)], WithoutGaps(before.Count, fresh));
    }

    private List<Slot> Patch(IReadOnlyList<CaptionRow> before, IReadOnlyList<CaptionTableRow> rows)
    {
        var slots = before.Select(Slot.Of).ToList();
        var changes = rows.Where(row => row.Index < before.Count).OrderBy(row => row.Row).ToList();
        foreach (var row in changes)
            slots[row.Index!.Value] = new Slot(row.Caption, row);

        TakeBackRepeats(before, slots, [.. changes.Where(row => row.Caption != before[row.Index!.Value].Caption)]);
        return Distinct(slots, WithoutGaps(before.Count, [.. rows.Where(row => row.Index >= before.Count)]));
    }

    // All rows count at once, so two captions may change places. Of rows that leave a media item with the same caption twice the last is
    // undone, until none does.
    private void TakeBackRepeats(IReadOnlyList<CaptionRow> before, List<Slot> slots, CaptionTableRow[] changed)
    {
        var times = slots.CountBy(slot => slot.Caption, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var standing = changed.Index().GroupBy(row => row.Item.Caption, row => row.Index, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.ToHashSet(), StringComparer.Ordinal);
        var last = new PriorityQueue<int, int>(Enumerable.Range(0, changed.Length).Select(i => (i, -i)));
        while (last.TryDequeue(out var at, out _))
        {
            var (caption, index) = (changed[at].Caption, changed[at].Index!.Value);
            if (times[caption] < 2 || !standing[caption].Remove(at))
                continue;
            slots[index] = Slot.Of(before[index]);
            tally.Duplicate();
            times[caption]--;
            var old = before[index].Caption;
            times[old] = times.GetValueOrDefault(old) + 1;
            // The old caption is back, and a row that has taken it over meanwhile is checked again.
            if (times[old] != 2 || !standing.TryGetValue(old, out var takers))
                continue;
            foreach (var taker in takers)
                last.Enqueue(taker, -taker);
        }
    }

    // New captions follow the last one without a gap.
    private List<CaptionTableRow> WithoutGaps(int start, List<CaptionTableRow> rows)
    {
        var next = start;
        return Keep(rows, row =>
        {
            if (row.Index is null || row.Index < start)
                return null;
            if (row.Index != next)
                return IndexFault("index-gap", $"'{row.MediaId}' would have a caption {row.Index} and none with index {next}; use {next}.");
            next++;
            return null;
        });
    }

    // Adds captions that are not there yet.
    private List<Slot> Distinct(List<Slot> slots, IReadOnlyList<CaptionTableRow> rows)
    {
        var texts = slots.Select(slot => slot.Caption).ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (texts.Add(row.Caption))
            {
                slots.Add(new Slot(row.Caption, row));
            }
            else
            {
                tally.Duplicate();
            }
        }

        return slots;
    }

    private static CaptionRow Build(int index, CaptionTableRow row, IReadOnlyList<CaptionRow> before, string split)
    {
        var concept = before.Count > 0 ? before[Math.Min(index, before.Count - 1)].Concept : row.MediaId;
        return new CaptionRow(row.MediaId, index, row.Caption, concept, row.Source, split);
    }

    private List<CaptionTableRow> Keep(IReadOnlyList<CaptionTableRow> rows, Func<CaptionTableRow, SourceFault?> check)
    {
        var kept = new List<CaptionTableRow>(rows.Count);
        foreach (var row in rows)
        {
            if (check(row) is { } fault)
            {
                Reject(row, fault);
            }
            else
            {
                kept.Add(row);
            }
        }

        return kept;
    }

    private void Reject(CaptionTableRow row, SourceFault fault) => tally.Reject(row.Row, row.Content, fault);

    private SourceFault IndexFault(string reason, string detail) => new(columns.NameOf(CaptionField.CaptionIndex), reason, detail);

    /// <summary>A caption of the media item as it will be, and the row that asks for it; null for one that was there.</summary>
    private sealed record Slot(string Caption, CaptionTableRow? Row)
    {
        public static Slot Of(CaptionRow row) => new(row.Caption, null);
    }
}
