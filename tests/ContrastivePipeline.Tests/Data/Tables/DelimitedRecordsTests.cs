using System.Text;

namespace ContrastivePipeline.Tests.Data.Tables;

public sealed class DelimitedRecordsTests
{
    /// <summary>Against a reader that begins anew at every quote, as slow as it is plain.</summary>
    [Theory]
    [InlineData(',')]
    [InlineData('\t')]
    public void Any_quotes_are_cut_as_a_plain_reader_cuts_them(char delimiter)
    {
        var random = new Random(9);
        string[] pieces = ["\"", "\"", "\"\"", $"{delimiter}", $"\"{delimiter}\"", "a", "b c", "\n", "\n", "\r\n"];
        for (var round = 0; round < 4_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.Equal(PlainRecords(text, delimiter, columns: 2), Records(text, delimiter, columns: 2));
        }
    }

    [Fact]
    public void A_quoted_field_has_a_hundred_line_ends_and_no_more()
    {
        var most = Records("1,\"" + new string('\n', 100) + "\"\n2,b", ',', null);
        Assert.Equal(2, most.Count);
        var more = Records("1,\"" + new string('\n', 101) + "\"\n2,b", ',', null);
        Assert.StartsWith("1: bad-quotes", more[0], StringComparison.Ordinal);
        Assert.Equal("103: 2|b", more[^1]);
    }

    /// <summary>Each line closes the field that the one before left open, and opens another: every record would reach a hundred lines
    /// ahead.</summary>
    [Theory]
    [InlineData(',')]
    [InlineData('\t')]
    public void Quotes_that_never_match_cost_no_more_than_their_lines(char delimiter)
    {
        var line = $"{new string('x', 500)}\"{delimiter}\"{new string('y', 500)}\n";
        var table = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 2_000)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = 0;
        using var lines = new ByteLines(new MemoryStream(table));
        var records = new DelimitedRecords(lines, (byte)delimiter) { Columns = 2 };
        while (records.Next() is not null)
        {
            count++;
        }

        Assert.Equal(2_000, count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20L * table.Length);
    }

    private static List<string> Records(string text, char delimiter, int? columns)
    {
        using var lines = new ByteLines(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        var records = new DelimitedRecords(lines, (byte)delimiter) { Columns = columns };
        var found = new List<string>();
        while (records.Next() is { } record)
        {
            found.Add($"{record.Row}: {record.Fault?.Reason ?? string.Join('|', record.Fields.Select(Encoding.UTF8.GetString))}");
        }

        return found;
    }

    private static List<string> PlainRecords(string text, char delimiter, int columns)
    {
        var lines = text.Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line).ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        var found = new List<string>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Length == 0)
                continue;
            var row = i + 1;
            if (Extent(lines, i, delimiter) is { } extent && IsMeant(lines.GetRange(i, extent), delimiter, columns))
            {
                var fields = Fields(string.Join('\n', lines.GetRange(i, extent)), delimiter, delimiter == '\t')!;
                found.Add($"{row}: {string.Join('|', fields)}");
                i += extent - 1;
            }
            else if (delimiter == '\t')
            {
                found.Add($"{row}: {string.Join('|', Fields(lines[i], delimiter, true)!)}");
            }
            else
            {
                found.Add($"{row}: bad-quotes");
            }
        }

        return found;
    }

    private static int? Extent(List<string> lines, int first, char delimiter)
    {
        int? openAt = null;
        for (var count = 1; first + count <= lines.Count; count++)
        {
            var text = string.Join('\n', lines.GetRange(first, count));
            if (Fields(text, delimiter, false, ref openAt) is not null)
                return count;
            if (openAt is null)
                return null;
        }

        return null;
    }

    private static bool IsMeant(List<string> lines, char delimiter, int columns) => lines.Count == 1 || delimiter != '\t'
        || (!lines.All(line => Fields(line, delimiter, true)!.Count == columns)
            && Fields(string.Join('\n', lines), delimiter, true)!.Count == columns);

    private static List<string>? Fields(string text, char delimiter, bool openIsText)
    {
        int? openAt = null;
        return Fields(text, delimiter, openIsText, ref openAt);
    }

    // openAt: where the field begins that must close, and, after that, where one is open at the end of the text.
    private static List<string>? Fields(string text, char delimiter, bool openIsText, ref int? openAt)
    {
        var mustClose = openAt;
        openAt = null;
        var fields = new List<string>();
        for (var at = 0; ;)
        {
            if (at < text.Length && text[at] == '"')
            {
                var closing = at + 1;
                while (closing < text.Length && (text[closing] != '"' || (closing + 1 < text.Length && text[closing + 1] == '"')))
                {
                    closing += text[closing] == '"' ? 2 : 1;
                }

                if (closing < text.Length && (closing + 1 == text.Length || text[closing + 1] == delimiter))
                {
                    fields.Add(text[(at + 1)..closing].Replace("\"\"", "\"", StringComparison.Ordinal));
                    if (closing + 1 == text.Length)
                        return fields;
                    at = closing + 2;
                    continue;
                }

                var opens = closing >= text.Length;
                // Between tabs a quote that closes in the wrong place is text whatever follows.
                if (!openIsText && (opens || delimiter != '\t' || at == mustClose))
                {
                    openAt = opens ? at : null;
                    return null;
                }
            }

            var end = text.IndexOf(delimiter, at);
            fields.Add(end < 0 ? text[at..] : text[at..end]);
            if (end < 0)
                return fields;
            at = end + 1;
        }
    }
}
