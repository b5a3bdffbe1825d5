using ContrastivePipeline.Data.Sources;

namespace ContrastivePipeline.Data.Refresh;

/// <summary>The rows of a table that were quarantined, whatever their number.</summary>
/// <param name="file">The table.</param>
/// <param name="scratch">Where they wait.</param>
internal sealed class QuarantinedRows(string file, string scratch)
{
    private readonly DiskSort<QuarantineRow> _sort = new(scratch, "quarantined", new(Compare, SizeOf, Write, reader => Read(reader, file)));
    private readonly SortedDictionary<string, (long Count, QuarantineRow First)> _byReason = new(StringComparer.Ordinal);

    /// <summary>Number of rows.</summary>
    public long Count => _sort.Count;

    /// <summary>Rows by reason.</summary>
    public IEnumerable<(string Reason, long Count)> Reasons => _byReason.Select(reason => (reason.Key, reason.Value.Count));

    /// <summary>The first row of every reason, in the order of the table.</summary>
    public IEnumerable<QuarantineRow> Examples => _byReason.Values.Select(reason => reason.First).OrderBy(row => row.Row);

    /// <summary>Adds a row.</summary>
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
