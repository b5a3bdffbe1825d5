namespace ContrastivePipeline.Data.Sources.Pairs;

/// <summary>One record of a table, cut into fields.</summary>
/// <param name="Row">Number of the line it begins on.</param>
/// <param name="Raw">Its bytes.</param>
/// <param name="Fields">Its fields, unquoted; of a row that is too long those up to the cut, else none where <paramref name="Fault"/> is set.</param>
/// <param name="Fault">What kept it from being cut; null where nothing did.</param>
internal sealed record DelimitedRecord(long Row, byte[] Raw, IReadOnlyList<byte[]> Fields, SourceFault? Fault);

/// <summary>
/// Cuts lines into records: quotes as in RFC 4180, and for tabs, where a quote may be just a quote, only around whole fields.
/// A record whose quotes do not close costs one line, not the rest of the file.
/// </summary>
/// <param name="lines">The table.</param>
/// <param name="delimiter">An ASCII character.</param>
internal sealed class DelimitedRecords(ByteLines lines, byte delimiter)
{
    /// <summary>Reason of rows that are cut.</summary>
    public const string RowTooLong = "row-too-long";

    /// <summary>Lines that a quoted field may span.</summary>
    private const int MaxLines = 100;

    private readonly bool _quotesAreOptional = delimiter == '\t';

    /// <summary>The next record, or null at the end. Lines without a character are no records.</summary>
    public DelimitedRecord? Next()
    {
        ByteLine? first;
        do
        {
            first = lines.Next();
            if (first is null) return null;
        }
        while (first.Bytes.Length == 0);

        if (first.IsCut)
        {
            var before = new List<byte[]>();
            // The field that the cut goes through is there, if perhaps as nothing.
            if (Cut(first.Bytes, before) != Ending.Whole) before.Add([]);
            return new DelimitedRecord(first.Number, first.Bytes, before, new SourceFault(
                "", RowTooLong, $"The row has {first.Length:N0} bytes, more than {ByteLines.MaxLength:N0}; only these are kept here. Shorten it."));
        }

        var raw = first.Bytes;
        var ahead = new List<ByteLine>();
        while (true)
        {
            var fields = new List<byte[]>();
            var end = Cut(raw, fields);
            if (end == Ending.Whole) return new DelimitedRecord(first.Number, raw, fields, null);
            if (end == Ending.Bad || ahead.Count == MaxLines || lines.Next() is not { } next) break;
            ahead.Add(next);
            if (next.IsCut) break;
            raw = [.. raw, (byte)'\n', .. next.Bytes];
        }

        lines.Return(ahead);
        return new DelimitedRecord(first.Number, first.Bytes, [], new SourceFault(
            "", "bad-quotes", "A quote opens and does not close before the next delimiter or line end; double the quotes inside a field."));
    }

    private enum Ending
    {
        Whole,
        Open,
        Bad,
    }

    private Ending Cut(byte[] raw, List<byte[]> fields)
    {
        var at = 0;
        while (true)
        {
            if (at < raw.Length && raw[at] == '"')
            {
                var (ending, field, next) = Unquote(raw, at + 1);
                if (ending == Ending.Whole)
                {
                    fields.Add(field);
                    if (next == raw.Length) return Ending.Whole;
                    at = next + 1;
                    continue;
                }

                if (!_quotesAreOptional) return ending;
            }

            var length = raw.AsSpan(at).IndexOf(delimiter);
            if (length < 0)
            {
                fields.Add(raw[at..]);
                return Ending.Whole;
            }

            fields.Add(raw[at..(at + length)]);
            at += length + 1;
        }
    }

    private (Ending Ending, byte[] Field, int Next) Unquote(byte[] raw, int at)
    {
        var field = new List<byte>();
        for (; at < raw.Length; at++)
        {
            if (raw[at] != '"') field.Add(raw[at]);
            else if (at + 1 < raw.Length && raw[at + 1] == '"') field.Add(raw[at++]);
            else if (at + 1 == raw.Length || raw[at + 1] == delimiter) return (Ending.Whole, [.. field], at + 1);
            else return (Ending.Bad, [], at);
        }

        return (Ending.Open, [], at);
    }
}
