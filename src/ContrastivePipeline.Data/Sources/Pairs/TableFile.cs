namespace ContrastivePipeline.Data.Sources.Pairs;

/// <summary>Opens text tables.</summary>
internal static class TableFile
{
    /// <summary>Opens a table behind its byte-order mark, which is no part of the first column's name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="SourceException">It cannot be read, or is UTF-16.</exception>
    public static FileStream Open(string path, string name)
    {
        try
        {
            var table = File.OpenRead(path);
            Span<byte> start = stackalloc byte[3];
            var length = table.ReadAtLeast(start, 3, throwOnEndOfStream: false);
            var isUtf16 = length >= 2 && (start[..2].SequenceEqual((byte[])[0xFF, 0xFE]) || start[..2].SequenceEqual((byte[])[0xFE, 0xFF]));
            if (isUtf16)
            {
                table.Dispose();
                throw new SourceException($"{name} is UTF-16; save it as UTF-8.");
            }

            table.Position = start.SequenceEqual((byte[])[0xEF, 0xBB, 0xBF]) ? 3 : 0;
            return table;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"The table {name} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The column names in a header.</summary>
    /// <exception cref="SourceException">It cannot be read.</exception>
    public static List<string> ReadHeader(DelimitedRecord header, string name) => header.Fault is null
        ? [.. header.Fields.Select(field => TableText.TryDecode(field)?.Trim()
            ?? throw new SourceException($"{name}: the header is not UTF-8; save the table as UTF-8."))]
        : throw new SourceException($"{name}: the header cannot be read. {header.Fault.Detail}");
}
