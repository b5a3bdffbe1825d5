namespace ContrastivePipeline.Data.Tables;

/// <summary>How a line leaves the record that it belongs to.</summary>
internal enum LineEnding
{
    /// <summary>The record ends with the line.</summary>
    Whole,

    /// <summary>A quoted field is open at the end of the line.</summary>
    Open,

    /// <summary>A quoted field closes before something that is no delimiter.</summary>
    Bad,
}

/// <summary>Cuts text at a delimiter, quotes as in RFC 4180; between tabs a quote that does not enclose a whole field is text.</summary>
/// <param name="delimiter">An ASCII character.</param>
internal sealed class FieldCutter(byte delimiter)
{
    /// <summary>Whether quotes may be text.</summary>
    public bool QuotesAreOptional { get; } = delimiter == '\t';

    /// <summary>The fields of a whole record, unquoted.</summary>
    /// <param name="raw">The record, lines joined by a line feed.</param>
    /// <param name="end">How it ends; unless whole, the fields are those before the one at fault.</param>
    public List<byte[]> Cut(byte[] raw, out LineEnding end)
    {
        var fields = new List<byte[]>();
        (end, _) = Walk(raw, isOpen: false, quotesAreText: QuotesAreOptional, fields);
        return fields;
    }

    /// <summary>How many fields a line has if a quote that does not close on it is text.</summary>
    public int CountAsText(byte[] line) => Walk(line, isOpen: false, quotesAreText: true, null).Cuts + 1;

    /// <summary>How a line ends, and how often it is cut.</summary>
    /// <param name="isOpen">Whether a quoted field of the line before continues at its start.</param>
    public (LineEnding Ending, int Cuts) EndOf(byte[] line, bool isOpen) => Walk(line, isOpen, quotesAreText: false, null);

    private (LineEnding Ending, int Cuts) Walk(byte[] raw, bool isOpen, bool quotesAreText, List<byte[]>? fields)
    {
        var (at, cuts) = (0, 0);
        while (true)
        {
            if (isOpen || (at < raw.Length && raw[at] == '"'))
            {
                var (ending, next) = Unquote(raw, isOpen ? at : at + 1, fields);
                if (ending == LineEnding.Whole)
                {
                    isOpen = false;
                    if (next == raw.Length)
                        return (LineEnding.Whole, cuts);
                    at = next + 1;
                    cuts++;
                    continue;
                }

                if (isOpen || !(quotesAreText || (QuotesAreOptional && ending == LineEnding.Bad)))
                    return (ending, cuts);
            }

            var length = raw.AsSpan(at).IndexOf(delimiter);
            fields?.Add(length < 0 ? raw[at..] : raw[at..(at + length)]);
            if (length < 0)
                return (LineEnding.Whole, cuts);
            at += length + 1;
            cuts++;
        }
    }

    private (LineEnding Ending, int Next) Unquote(byte[] raw, int at, List<byte[]>? fields)
    {
        var field = fields is null ? null : new List<byte>();
        for (; at < raw.Length; at++)
        {
            if (raw[at] == '"')
            {
                var isDoubled = at + 1 < raw.Length && raw[at + 1] == '"';
                if (!isDoubled)
                {
                    if (at + 1 < raw.Length && raw[at + 1] != delimiter)
                        return (LineEnding.Bad, at);
                    fields?.Add([.. field!]);
                    return (LineEnding.Whole, at + 1);
                }

                at++;
            }

            field?.Add(raw[at]);
        }

        return (LineEnding.Open, at);
    }
}
