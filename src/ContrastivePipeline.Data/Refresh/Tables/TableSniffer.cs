using ContrastivePipeline.Data.Sources;

namespace ContrastivePipeline.Data.Refresh.Tables;

/// <summary>Looks at the first bytes of a table: extensions say little about what is inside.</summary>
internal static class TableSniffer
{
    private const int Head = 64;
    private const string SaveAsText = "save it as CSV or TSV in UTF-8";

    // Longer beginnings first: UTF-32's mark begins as UTF-16's does.
    private static readonly (byte[] Start, string What)[] Others =
    [
        ([0xFF, 0xFE, 0, 0], "is UTF-32; save it as UTF-8"),
        ([0, 0, 0xFE, 0xFF], "is UTF-32; save it as UTF-8"),
        ([0xFF, 0xFE], "is UTF-16; save it as UTF-8"),
        ([0xFE, 0xFF], "is UTF-16; save it as UTF-8"),
        ([0x1F, 0x8B], "is packed with gzip; unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "is packed with Zstandard; unpack it first"),
        ("BZh"u8.ToArray(), "is packed with bzip2; unpack it first"),
        ([0xFD, .. "7zXZ"u8], "is packed with xz; unpack it first"),
        ("PK\u0003\u0004"u8.ToArray(), $"is a zip archive or a spreadsheet (.xlsx); {SaveAsText}"),
        ([0xD0, 0xCF, 0x11, 0xE0], $"is a spreadsheet (.xls); {SaveAsText}"),
        ("PAR1"u8.ToArray(), "is Parquet; name it .parquet"),
        ("version https://git-lfs"u8.ToArray(), "is a pointer of Git LFS and not the file itself; 'git lfs pull' fetches it"),
    ];

    /// <summary>Refuses what is no table as text.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="SourceException">It is something else, or cannot be read.</exception>
    public static void RequireText(string file, string name)
    {
        var head = ReadHead(file, name).AsSpan();
        foreach (var (start, what) in Others)
        {
            if (head.StartsWith(start)) throw new SourceException($"{name} {what}.");
        }

        // One zero byte is a damaged row; of UTF-16 every second one is.
        if (head.Length > 0 && head.Count((byte)0) * 4 >= head.Length)
            throw new SourceException($"{name} has zero bytes: it is UTF-16 or UTF-32, or no text; save it as UTF-8.");
    }

    /// <summary>Refuses what is no Parquet.</summary>
    /// <inheritdoc cref="RequireText"/>
    public static void RequireParquet(string file, string name)
    {
        var head = ReadHead(file, name).AsSpan();
        if (head.IsEmpty) throw new SourceException($"{name} is empty; it should be a Parquet file.");
        if (head.StartsWith("PAR1"u8)) return;
        if (head.StartsWith("PARE"u8)) throw new SourceException($"{name} is Parquet with an encrypted footer; write it without encryption.");
        var known = Others.FirstOrDefault(other => ReadHead(file, name).AsSpan().StartsWith(other.Start)).What;
        throw new SourceException($"{name} {known ?? "is no Parquet file, which begins with 'PAR1'; name text .csv, .tsv or .jsonl"}.");
    }

    private static byte[] ReadHead(string file, string name)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var head = new byte[Head];
            return head[..stream.ReadAtLeast(head, Head, throwOnEndOfStream: false)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"The table {name} cannot be read: {error.Message}", error);
        }
    }
}
