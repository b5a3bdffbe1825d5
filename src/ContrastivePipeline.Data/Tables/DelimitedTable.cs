using System.Runtime.CompilerServices;

namespace ContrastivePipeline.Data.Tables;

/// <summary>CSV or TSV with a header row.</summary>
internal sealed class DelimitedTable : ICaptionTable
{
    private readonly ByteLines _lines;
    private readonly DelimitedRecords _records;

    public DelimitedTable(ByteLines lines, string name, byte delimiter)
    {
        _lines = lines;
        _records = new DelimitedRecords(lines, delimiter);
        var header = _records.Next() ?? throw new SourceException($"{name} is empty; it should have a header and a row for every caption.");
        Columns = CaptionColumns.Find(name, TableFile.ReadHeader(header, name));
    }

    public CaptionColumns Columns { get; }

    public async IAsyncEnumerable<TableRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        while (_records.Next() is { } record)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var fields = Read(record, out var fault);
            yield return TableRow.Of(record.Row, TableText.DecodeWithEscapes(record.Raw), fields, fault);
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }

    private CaptionFields? Read(DelimitedRecord record, out SourceFault? fault)
    {
        fault = record.Fault;
        if (fault?.Reason == DelimitedRecords.RowTooLong && record.Fields.Count - 1 == Columns.PositionOf(CaptionField.Caption))
            fault = fault with { Column = Columns.NameOf(CaptionField.Caption), Reason = FieldChecks.LongCaption };

        if (fault is null && record.Fields.Count != Columns.Count)
            fault = FieldChecks.WrongCount(record.Fields.Count, Columns.Count);

        if (fault is not null)
            return null;

        SourceFault? found = null;
        var fields = CaptionFields.From(field =>
        {
            if (Columns.PositionOf(field) is not { } position)
                return null;
            FieldChecks.TryDecode(record.Fields[position], Columns.NameOf(field), out var text, out var bad);
            found ??= bad;
            return text;
        });
        fault = found;
        return fields;
    }
}

/// <summary>Infers what delimits the columns of a text table: '.txt' says nothing, and spreadsheets of half of Europe write semicolons into
/// '.csv'. Column names are known words, so the delimiter is inferred from the header.</summary>
internal static class TableDialect
{
    private static readonly byte[] Delimiters = [(byte)',', (byte)'\t', (byte)';', (byte)'|'];

    /// <summary>The delimiter with which the header names a media item and a caption; the usual one where none does.</summary>
    /// <param name="lines">The table; nothing is taken from it.</param>
    /// <param name="usual">The delimiter that the extension suggests.</param>
    /// <exception cref="SourceException">The lines end in a way that cannot be read.</exception>
    public static byte DelimiterOf(ByteLines lines, string name, byte usual)
    {
        var head = new List<ByteLine>();
        while (lines.Next() is { } line)
        {
            head.Add(line);
            if (line.Bytes.Length > 0)
                break;
        }

        lines.Return(head);
        if (head.LastOrDefault() is not { Bytes.Length: > 0, IsCut: false } header)
            return usual;
        if (header.Bytes.Contains((byte)'\r'))
        {
            throw new SourceException(
                $"{name}: lines end with a carriage return alone; save the table with the line ends of Linux or Windows.");
        }

        if (header.Bytes[0] is (byte)'{' or (byte)'[')
            throw new SourceException($"{name} is JSON; write one object per line and name it .jsonl.");
        if (header.Bytes[0] == '<')
            throw new SourceException($"{name} is a web page or XML; download or save the table itself.");
        byte[] candidates = [usual, .. Delimiters];
        return candidates.Where(delimiter => IsKnown(header.Bytes, delimiter)).Select(delimiter => (byte?)delimiter)
            .FirstOrDefault() ?? usual;
    }

    private static bool IsKnown(byte[] header, byte delimiter)
    {
        using var line = new ByteLines(new MemoryStream(header, writable: false));
        if (new DelimitedRecords(line, delimiter).Next() is not { Fault: null } record)
            return false;
        var fields = record.Fields.Select(field => CaptionColumns.FieldOf(TableText.TryDecode(field)?.Trim() ?? "")).ToArray();
        return fields.Contains(CaptionField.Media) && fields.Contains(CaptionField.Caption);
    }
}
