namespace ContrastivePipeline.Data.Sources.Pairs;

/// <summary>Tells from its first bytes what a file is that should be a table in UTF-8.</summary>
internal static class TableStart
{
    /// <summary>UTF-8's byte-order mark.</summary>
    public static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    private static readonly (byte[] Start, string What)[] s_others =
    [
        ([0xFF, 0xFE, 0, 0], "is UTF-32"),
        ([0, 0, 0xFE, 0xFF], "is UTF-32"),
        ([0xFF, 0xFE], "is UTF-16"),
        ([0xFE, 0xFF], "is UTF-16"),
        ([0x50, 0x4B, 3, 4], "is an Excel workbook or another ZIP archive"),
        ([0xD0, 0xCF, 0x11, 0xE0], "is a workbook of an old Excel"),
        ([0x1F, 0x8B], "is compressed with gzip"),
        ([0x28, 0xB5, 0x2F, 0xFD], "is compressed with Zstandard"),
        ("BZh"u8.ToArray(), "is compressed with bzip2"),
        ("PAR1"u8.ToArray(), "is a Parquet file"),
        ("SQLite format 3"u8.ToArray(), "is an SQLite database"),
        ("version https://git-lfs"u8.ToArray(), "is a pointer of Git LFS and not the file itself (run 'git lfs pull')"),
    ];

    /// <summary>Why a file cannot be read as a table, and what to do; null where nothing is known against it.</summary>
    /// <param name="start">The first 64 KiB, or the whole file where it is shorter.</param>
    public static string? Refusal(ReadOnlySpan<byte> start)
    {
        foreach (var (first, what) in s_others)
            if (start.StartsWith(first)) return $"{what}; save it as CSV or TSV in UTF-8.";
        if (WideEncoding(start) is { } wide) return $"is {wide} without a byte-order mark; save it as UTF-8.";
        if (start.Length >= 512 && start.Slice(257, 5).SequenceEqual("ustar"u8)) return "is a tar archive; unpack it, and name a CSV or TSV table.";
        // A carriage return within a quoted field is text, so a single line feed is enough to believe in lines.
        return start.Contains((byte)'\r') && !start.Contains((byte)'\n')
            ? "has lines that end with a carriage return (CR) alone, as old Macintosh programs write them; save it with line ends LF or CRLF."
            : null;
    }

    // Text in the letters of European languages has a zero in every second byte of UTF-16, and in two of four of UTF-32.
    private static string? WideEncoding(ReadOnlySpan<byte> start)
    {
        start = start[..Math.Min(start.Length & ~3, 4096)];
        if (start.Length < 8) return null;
        Span<int> zeros = stackalloc int[4];
        for (var i = 0; i < start.Length; i++)
            if (start[i] == 0) zeros[i & 3]++;
        var quarter = start.Length / 4;
        if ((zeros[0] == quarter && zeros[1] == quarter) || (zeros[2] == quarter && zeros[3] == quarter)) return "UTF-32";
        var (even, odd) = (zeros[0] + zeros[2], zeros[1] + zeros[3]);
        return Math.Max(even, odd) > quarter && Math.Min(even, odd) < quarter / 4 ? "UTF-16" : null;
    }
}
