using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Data.Sources.Pairs;

namespace ContrastivePipeline.Data.Refresh.Tables;

/// <summary>
/// Finds out what delimits the columns of a text table: '.txt' says nothing, and spreadsheets of half of Europe write semicolons into
/// '.csv'. Column names are words that are known, so the header tells.
/// </summary>
internal static class TableDialect
{
    private static readonly byte[] Delimiters = [(byte)',', (byte)'\t', (byte)';', (byte)'|'];

    /// <summary>The delimiter with which the header names a media item and a caption; the usual one where none does.</summary>
    /// <param name="lines">The table; nothing is taken from it.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="usual">What the extension lets expect.</param>
    /// <exception cref="SourceException">The lines end in a way that cannot be read.</exception>
    public static byte DelimiterOf(ByteLines lines, string name, byte usual)
    {
        var head = new List<ByteLine>();
        while (lines.Next() is { } line)
        {
            head.Add(line);
            if (line.Bytes.Length > 0) break;
        }

        lines.Return(head);
        if (head.LastOrDefault() is not { Bytes.Length: > 0, IsCut: false } header) return usual;
        if (header.Bytes.Contains((byte)'\r'))
            throw new SourceException($"{name}: lines end with a carriage return alone; save the table with the line ends of Linux or Windows.");
        if (header.Bytes[0] is (byte)'{' or (byte)'[') throw new SourceException($"{name} is JSON; write one object a line and name it .jsonl.");
        if (header.Bytes[0] == '<') throw new SourceException($"{name} is a web page or XML; download or save the table itself.");
        byte[] candidates = [usual, .. Delimiters];
        return candidates.Where(delimiter => IsKnown(header.Bytes, delimiter)).Select(delimiter => (byte?)delimiter).FirstOrDefault() ?? usual;
    }

    private static bool IsKnown(byte[] header, byte delimiter)
    {
        using var line = new ByteLines(new MemoryStream(header, writable: false));
        if (new DelimitedRecords(line, delimiter).Next() is not { Fault: null } record) return false;
        var fields = record.Fields.Select(field => CaptionColumns.FieldOf(TableText.TryDecode(field)?.Trim() ?? "")).ToArray();
        return fields.Contains(CaptionField.Media) && fields.Contains(CaptionField.Caption);
    }
}
