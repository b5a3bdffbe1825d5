namespace ContrastivePipeline.Data.Tables;

/// <summary>One record of a table, cut into fields.</summary>
/// <param name="Row">Number of the line it begins on.</param>
/// <param name="Raw">Its bytes.</param>
/// <param name="Fields">Its fields, unquoted; of a row that is too long those up to the cut, else none where <paramref name="Fault"/> is
/// set.</param>
/// <param name="Fault">What kept it from being cut; null where nothing did.</param>
internal sealed record DelimitedRecord(long Row, byte[] Raw, IReadOnlyList<byte[]> Fields, SourceFault? Fault);

/// <summary>Cuts lines into records: quotes as in RFC 4180, and for tabs, where a quote may be just a quote, only around whole fields. A
/// record whose quotes do not close costs one line, not the rest of the file. Every line is scanned a fixed number of times, whatever its
/// quotes.</summary>
/// <param name="delimiter">An ASCII character.</param>
internal sealed class DelimitedRecords(ByteLines lines, byte delimiter)
{
    /// <summary>Reason of rows that are cut.</summary>
    public const string RowTooLong = "row-too-long";

    private readonly FieldCutter _cutter = new(delimiter);
    private readonly OpenQuotes _quotes = new(new LineWindow(lines), new FieldCutter(delimiter));

    /// <summary>Fields of a whole record, by which a stray quote in a tab-separated table is distinguished from a field of several lines;
    /// null while unknown.</summary>
    public int? Columns { get; set; }

    /// <summary>The next record, or null at the end. Lines without a character are no records.</summary>
    public DelimitedRecord? Next()
    {
        while (_quotes.Window.At(0) is { Bytes.Length: 0 })
            _quotes.Drop(1);

        if (_quotes.Window.At(0) is not { } first)
            return null;
        if (first.IsCut)
        {
            _quotes.Drop(1);
            var before = _cutter.Cut(first.Bytes, out var end);
            // The field that the cut goes through is there, if perhaps as nothing.
            if (end != LineEnding.Whole)
                before.Add([]);

            return new DelimitedRecord(first.Number, first.Bytes, before, new SourceFault(
                "", RowTooLong, $"The row has {first.Length:N0} bytes, more than {ByteLines.MaxLength:N0}; only these are " +
                    "kept here. Shorten it."));
        }

        var extent = _quotes.Measure(Columns);
        if (extent == 0)
        {
            _quotes.Drop(1);
            return new DelimitedRecord(first.Number, first.Bytes, [], new SourceFault("", "bad-quotes",
                "A quote opens and does not close before the next delimiter or line end; double the quotes inside a field."));
        }

        var raw = _quotes.Window.Join(extent);
        _quotes.Drop(extent);
        return new DelimitedRecord(first.Number, raw, _cutter.Cut(raw, out _), null);
    }
}
