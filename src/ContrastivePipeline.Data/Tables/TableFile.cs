namespace ContrastivePipeline.Data.Tables;

/// <summary>Opens the files of tables, and reads what precedes the rows.</summary>
internal static class TableFile
{
    private delegate string? StartCheck(ReadOnlySpan<byte> start);

    /// <summary>Opens a text table behind its byte-order mark, which is no part of the first column's name.</summary>
    /// <exception cref="SourceException">It cannot be read, is no text in UTF-8, or has lines that end with CR alone.</exception>
    public static FileStream OpenText(string path, string name) => Open(path, name, TableStart.WhyNotText);

    /// <summary>Opens a JSON object behind its byte-order mark.</summary>
    /// <exception cref="SourceException">It cannot be read, or does not begin as a JSON object in UTF-8 does.</exception>
    public static FileStream OpenJson(string path, string name) => Open(path, name, TableStart.WhyNotJson);

    /// <summary>Opens a Parquet table.</summary>
    /// <exception cref="SourceException">It cannot be read, or does not begin as Parquet does.</exception>
    public static FileStream OpenParquet(string path, string name) => Open(path, name, TableStart.WhyNotParquet);

    /// <summary>Whether a first record is a spreadsheet's <c>sep=;</c>, which names the delimiter and is no row.</summary>
    /// <param name="delimiter">What the table is cut at.</param>
    /// <exception cref="SourceException">It names another delimiter.</exception>
    public static bool IsSeparatorLine(DelimitedRecord record, byte delimiter, string name)
    {
        var line = record.Raw.AsSpan().Trim((byte)'"');
        if (record.Row != 1 || line.Length != 5 || !line[..4].SequenceEqual("sep="u8))
            return false;
        if (line[4] == delimiter)
            return true;
        throw new SourceException($"{name}: its first line says that '{Show(line[4])}' is between columns ('sep='), but it is cut at " +
            $"'{Show(delimiter)}'; set the delimiter, or remove the line.");
    }

    /// <summary>The column names in a header.</summary>
    /// <exception cref="SourceException">It cannot be read.</exception>
    public static List<string> ReadHeader(DelimitedRecord header, string name) => header.Fault is null
        ? [.. header.Fields.Select(field => TableText.TryDecode(field)?.Trim()
            ?? throw new SourceException($"{name}: the header is not UTF-8; save the table as UTF-8."))]
        : throw new SourceException($"{name}: the header cannot be read. {header.Fault.Detail}");

    private static FileStream Open(string path, string name, StartCheck problemOf)
    {
        FileStream? table = null;
        try
        {
            if (SourceFiles.FindOther(path) is { } other)
                throw new SourceException($"The table {name} cannot be read: it is {other}.");
            table = File.OpenRead(path);
            var start = new byte[1 << 16];
            var length = table.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (problemOf(start.AsSpan(0, length)) is { } problem)
                throw new SourceException($"{name} {problem}");
            table.Position = start.AsSpan(0, length).StartsWith(TableStart.Mark) ? TableStart.Mark.Length : 0;
            return table;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            table?.Dispose();
            throw new SourceException($"The table {name} cannot be read: {error.Message}", error);
        }
        catch (SourceException)
        {
            table?.Dispose();
            throw;
        }
    }

    private static string Show(byte delimiter) => delimiter switch
    {
        (byte)'\t' => "tab",
        < 0x20 or > 0x7E => $"\\x{delimiter:X2}",
        _ => ((char)delimiter).ToString(),
    };
}
