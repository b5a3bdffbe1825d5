namespace ContrastivePipeline.Data.Tables;

/// <summary>Recognises by its first bytes what a file is that should be a table: extensions say little about what is inside.</summary>
internal static class TableStart
{
    private const string SaveAsText = "save the table as CSV or TSV in UTF-8";

    /// <summary>UTF-8's byte-order mark.</summary>
    public static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> Parquet => "PAR1"u8;

    private static ReadOnlySpan<byte> EncryptedParquet => "PARE"u8;

    // Longer beginnings first: UTF-32's mark begins as UTF-16's does.
    private static readonly (byte[] Start, string Problem)[] Others =
    [
        ([0xFF, 0xFE, 0, 0], "is UTF-32; save it as UTF-8."),
        ([0, 0, 0xFE, 0xFF], "is UTF-32; save it as UTF-8."),
        ([0xFF, 0xFE], "is UTF-16; save it as UTF-8."),
        ([0xFE, 0xFF], "is UTF-16; save it as UTF-8."),
        ([0x50, 0x4B, 3, 4], $"is a ZIP archive or an Excel workbook (.xlsx); {SaveAsText}."),
        ([0xD0, 0xCF, 0x11, 0xE0], $"is an Excel workbook (.xls); {SaveAsText}."),
        ([0x1F, 0x8B], "is compressed with gzip; unpack it first."),
        ([0x28, 0xB5, 0x2F, 0xFD], "is compressed with Zstandard; unpack it first."),
        ([0xFD, .. "7zXZ"u8], "is compressed with xz; unpack it first."),
        ("BZh"u8.ToArray(), "is compressed with bzip2; unpack it first."),
        ("SQLite format 3"u8.ToArray(), $"is an SQLite database; {SaveAsText}."),
        ("version https://git-lfs"u8.ToArray(), "is a pointer of Git LFS and not the file itself; 'git lfs pull' fetches it."),
    ];

    /// <summary>Why a file cannot be read as text, and what to do; null where nothing speaks against it.</summary>
    /// <param name="start">The first 64 KiB, or the whole file where it is shorter.</param>
    public static string? WhyNotText(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(Parquet))
            return $"is a Parquet file; name it .parquet for a caption refresh, or {SaveAsText}.";
        if (FindOther(start) is { } other)
            return other;
        if (WideEncoding(start) is { } wide)
            return $"is {wide} without a byte-order mark; save it as UTF-8.";
        // One zero byte is a damaged row; of short text in UTF-16 every second one is.
        var head = start[..Math.Min(start.Length, 64)];
        if (!head.IsEmpty && head.Count((byte)0) * 4 >= head.Length)
            return "has zero bytes: it is UTF-16 or UTF-32, or no text; save it as UTF-8.";
        if (start.Length >= 512 && start.Slice(257, 5).SequenceEqual("ustar"u8))
            return "is a tar archive; unpack it, and name a CSV or TSV table.";
        // A carriage return within a quoted field is text, so a single line feed is enough to believe in lines.
        return start.Contains((byte)'\r') && !start.Contains((byte)'\n')
            ? "has lines that end with a carriage return (CR) alone, as old Macintosh programs write them; " +
                "save it with line ends LF or CRLF."
            : null;
    }

    /// <summary>Why a file cannot be read as a JSON object, and what to do; null where nothing speaks against it.</summary>
    /// <inheritdoc cref="WhyNotText"/>
    public static string? WhyNotJson(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("PK\x03\x04"u8))
            return "is a ZIP archive; unpack it, and name the JSON file in it.";
        if (FindOther(start) is { } other)
            return other;
        if (WideEncoding(start) is { } wide)
            return $"is {wide} without a byte-order mark; save it as UTF-8.";
        var text = start.StartsWith(Mark) ? start[Mark.Length..] : start;
        return text.TrimStart(" \t\r\n"u8) switch
        {
            [] => "is empty; it should be a JSON object.",
            [(byte)'{', ..] => null,
            [(byte)'[', ..] => "is a JSON list; it should be an object.",
            [(byte)'<', ..] => "is a web page or XML; download the file itself.",
            _ => "is no JSON object, which begins with '{'.",
        };
    }

    /// <summary>Why a file cannot be read as Parquet, and what to do; null where nothing speaks against it.</summary>
    /// <inheritdoc cref="WhyNotText"/>
    public static string? WhyNotParquet(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(Parquet))
            return null;
        if (start.IsEmpty)
            return "is empty; it should be a Parquet file.";
        if (start.StartsWith(EncryptedParquet))
            return "is Parquet with an encrypted footer; write it without encryption.";
        return FindOther(start) ?? "is no Parquet file, which begins with 'PAR1'; name text .csv, .tsv or .jsonl.";
    }

    private static string? FindOther(ReadOnlySpan<byte> start)
    {
        foreach (var (first, problem) in Others)
        {
            if (start.StartsWith(first))
                return problem;
        }

        return null;
    }

    // Text in the letters of European languages has a zero in every second byte of UTF-16, and in at least two of four of UTF-32.
    private static string? WideEncoding(ReadOnlySpan<byte> start)
    {
        start = start[..Math.Min(start.Length & ~3, 4096)];
        if (start.Length < 8)
            return null;
        Span<int> zeros = stackalloc int[4];
        for (var i = 0; i < start.Length; i++)
        {
            if (start[i] == 0)
                zeros[i & 3]++;
        }

        var quarter = start.Length / 4;
        if ((zeros[0] == quarter && zeros[1] == quarter) || (zeros[2] == quarter && zeros[3] == quarter))
            return "UTF-32";
        var (even, odd) = (zeros[0] + zeros[2], zeros[1] + zeros[3]);
        return Math.Max(even, odd) > quarter && Math.Min(even, odd) < quarter / 4 ? "UTF-16" : null;
    }
}
