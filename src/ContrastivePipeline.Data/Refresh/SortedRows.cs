namespace ContrastivePipeline.Data.Refresh;

/// <summary>The sound rows of a table, brought into the order of media whatever their number.</summary>
/// <param name="memory">Bytes of rows that are kept in memory, about.</param>
internal sealed class SortedRows(string scratch, long memory = DiskSort<CaptionTableRow>.UsualMemory)
{
    private static readonly RowFormat<CaptionTableRow> Format = new(Compare, SizeOf, Write, Read);

    private readonly DiskSort<CaptionTableRow> _sort = new(scratch, "rows", Format, memory);

    public void Add(CaptionTableRow row) => _sort.Add(row);

    /// <summary>The rows of one media item after the other, media in ordinal order, rows in the table's order.</summary>
    /// <param name="limits">How many rows of one media item are given.</param>
    /// <param name="tooMany">Takes a row too many.</param>
    public IEnumerable<List<CaptionTableRow>> ByMediaItem(TableLimits limits, Action<CaptionTableRow> tooMany)
    {
        List<CaptionTableRow>? same = null;
        var characters = 0L;
        foreach (var row in _sort.InOrder())
        {
            if (same is not null && same[0].MediaId != row.MediaId)
            {
                yield return same;
                same = null;
            }

            characters = (same is null ? 0 : characters) + row.Content.Length;
            if (same?.Count >= limits.RowsPerMediaItem || characters > limits.CharactersPerMediaItem)
            {
                tooMany(row);
            }
            else
            {
                (same ??= []).Add(row);
            }
        }

        if (same is not null)
            yield return same;
    }

    private static int Compare(CaptionTableRow left, CaptionTableRow right) =>
        string.CompareOrdinal(left.MediaId, right.MediaId) is var order and not 0 ? order : left.Row.CompareTo(right.Row);

    private static long SizeOf(CaptionTableRow row) => RowFormat<CaptionTableRow>.ObjectSize
        + 2L * (row.Content.Length + row.MediaId.Length + row.Caption.Length + row.Source.Length + (row.Split?.Length ?? 0));

    private static void Write(BinaryWriter writer, CaptionTableRow row)
    {
        writer.Write(row.Row);
        writer.Write(row.Content);
        writer.Write(row.MediaId);
        writer.Write(row.Caption);
        writer.Write(row.Index ?? -1);
        writer.Write(row.Source);
        // A split has at least one character.
        writer.Write(row.Split ?? "");
    }

    private static CaptionTableRow Read(BinaryReader reader) => new(
        reader.ReadInt64(), reader.ReadString(), reader.ReadString(), reader.ReadString(),
        reader.ReadInt32() is var index and >= 0 ? index : null,
        reader.ReadString(), reader.ReadString() is { Length: > 0 } split ? split : null);
}

/// <summary>The rows of a table that were quarantined, whatever their number.</summary>
internal sealed class QuarantinedRows(string file, string scratch)
{
    private readonly DiskSort<QuarantineRow> _sort = new(scratch, "quarantined", new(Compare, SizeOf, Write, reader => Read(reader, file)));
    private readonly SortedDictionary<string, (long Count, QuarantineRow First)> _byReason = new(StringComparer.Ordinal);

    public long Count => _sort.Count;

    public IEnumerable<(string Reason, long Count)> Reasons => _byReason.Select(reason => (reason.Key, reason.Value.Count));

    /// <summary>The first row of every reason, in the order of the table.</summary>
    public IEnumerable<QuarantineRow> Examples => _byReason.Values.Select(reason => reason.First).OrderBy(row => row.Row);

    public void Add(long number, string content, SourceFault fault)
    {
        var row = new QuarantineRow(file, number, fault.Column, fault.Reason, fault.Detail, content);
        _sort.Add(row);
        _byReason[row.Reason] = _byReason.TryGetValue(row.Reason, out var same)
            ? (same.Count + 1, same.First.Row < row.Row ? same.First : row)
            : (1, row);
    }

    /// <summary>All rows in the order of the table.</summary>
    public IEnumerable<QuarantineRow> InOrder() => _sort.InOrder();

    private static int Compare(QuarantineRow left, QuarantineRow right) => left.Row.CompareTo(right.Row);

    private static long SizeOf(QuarantineRow row) =>
        RowFormat<QuarantineRow>.ObjectSize + 2L * (row.Column.Length + row.Detail.Length + row.Content.Length);

    private static void Write(BinaryWriter writer, QuarantineRow row)
    {
        writer.Write(row.Row);
        writer.Write(row.Column);
        writer.Write(row.Reason);
        writer.Write(row.Detail);
        writer.Write(row.Content);
    }

    private static QuarantineRow Read(BinaryReader reader, string file) => new(
        file, reader.ReadInt64(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString());
}
