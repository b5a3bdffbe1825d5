using System.Runtime.CompilerServices;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Data.Sources.Pairs;

namespace ContrastivePipeline.Data.Refresh.Tables;

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
        if (fault is not null) return null;

        SourceFault? found = null;
        var fields = CaptionFields.From(field =>
        {
            if (Columns.PositionOf(field) is not { } position) return null;
            FieldChecks.TryDecode(record.Fields[position], Columns.NameOf(field), out var text, out var bad);
            found ??= bad;
            return text;
        });
        fault = found;
        return fields;
    }
}
