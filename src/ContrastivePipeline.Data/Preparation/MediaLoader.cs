using System.Security.Cryptography;

namespace ContrastivePipeline.Data.Preparation;

/// <summary>A media item as it is stored, or what is wrong with it.</summary>
/// <param name="ContentSha256">Of the file as it was found, or of the samples that a file has of it; empty where
/// <paramref name="Fault"/> is set.</param>
/// <param name="Media">Null where <paramref name="Fault"/> is set.</param>
/// <param name="Fault">Null where the media item is good.</param>
internal sealed record LoadedMedia(string ContentSha256, MediaRow? Media, SourceFault? Fault);

/// <summary>Turns a source's files into media rows. Safe for concurrent use.</summary>
internal static class MediaLoader
{
    public static LoadedMedia Load(SourcePair pair, MediaFormat format)
    {
        try
        {
            var content = ReadContent(pair);
            return new LoadedMedia(Hash(content), format.Store(pair.MediaId, pair.Pixels?.ToFile(content) ?? content), null);
        }
        catch (MediaException error)
        {
            return new LoadedMedia("", null, new SourceFault(pair.ImageColumn, error.Reason, $"'{pair.MediaId}': {error.Message}"));
        }
    }

    /// <summary>SHA-256 of an image's content; null where it cannot be read, which <see cref="Load"/> reports.</summary>
    public static string? HashOf(SourcePair pair)
    {
        try
        {
            return Hash(ReadContent(pair));
        }
        catch (MediaException)
        {
            return null;
        }
    }

    private static byte[] ReadContent(SourcePair pair)
    {
        try
        {
            var path = pair.ConfinedTo is null ? pair.ImagePath : SourceFiles.Confine(pair.ConfinedTo, pair.ImagePath)
                ?? throw new ImageException(ImageReason.OutsideRoot,
                    "A link leads out of the image folder, and this run was started through the server; " +
                    "put the image itself into the folder.");
            if (SourceFiles.FindOther(path) is { } other)
                throw new ImageException(ImageReason.UnreadableFile, $"This is {other}, not an image file.");
            using var file = File.OpenHandle(path);
            var (offset, length) = pair.Pixels is { } pixels ? (pixels.Offset, (long)pixels.Length) : (0, RandomAccess.GetLength(file));
            if (length > SourceFiles.MaxImageLength)
            {
                throw new ImageException(ImageReason.FileTooLarge,
                    $"The file has {length:N0} bytes, more than {SourceFiles.MaxImageLength:N0}; scale the image down.");
            }

            var content = new byte[length];
            var read = 0;
            while (read < content.Length && RandomAccess.Read(file, content.AsSpan(read), offset + read) is var more and > 0)
                read += more;

            if (pair.Pixels is not null && read < length)
                throw new ImageException(ImageReason.Truncated, "The file ends before the image does; fetch it again.");
            return content.AsSpan(0, read).ToArray();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageException(ImageReason.MissingFile,
                "There is no such file; put it in its place, or correct the row.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ImageException(ImageReason.UnreadableFile,
                $"The file cannot be read ({error.GetType().Name}); check its permissions and its disk.", error);
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>The sound rows of a source, grouped by media item.</summary>
internal sealed class MediaCatalog
{
    private readonly Dictionary<string, MediaEntry> _entries = new(StringComparer.Ordinal);

    public int Count => _entries.Count;

    /// <summary>Adds a row; a row that contradicts an earlier one about the media item's split or class goes into quarantine.</summary>
    public void Add(SourceRow row, SourcePair pair, Ledger ledger)
    {
        if (!_entries.TryGetValue(pair.MediaId, out var entry))
            _entries.Add(pair.MediaId, entry = new MediaEntry(pair, []));

        if (pair.Split != entry.First.Split)
        {
            ledger.Quarantine(row, new SourceFault("", "split-conflict",
                $"'{pair.MediaId}' is in split '{entry.First.Split}' by an earlier row and in '{pair.Split}' by this one; " +
                "put all rows of an image in one split."));
        }
        else if (pair.Labels.Count > 0 && entry.Labels.Count > 0 && !pair.Labels.SequenceEqual(entry.Labels))
        {
            ledger.Quarantine(row, new SourceFault(pair.Labels[0].LabelSet, "class-conflict",
                $"'{pair.MediaId}' has another class by an earlier row; give all rows of an image one class, or none."));
        }
        else
        {
            entry.Rows.Add((row, pair));
            if (entry.Labels.Count == 0)
                entry.Labels = pair.Labels;
        }
    }

    /// <summary>The media in ordinal order of their ids.</summary>
    public MediaEntry[] InOrder()
    {
        var entries = _entries.Values.ToArray();
        Array.Sort(entries, (a, b) => string.CompareOrdinal(a.First.MediaId, b.First.MediaId));
        return entries;
    }
}

/// <summary>A media item and the rows that describe it, in the source's order.</summary>
/// <param name="First">The pair of the first row, which says where the image is.</param>
internal sealed record MediaEntry(SourcePair First, List<(SourceRow Row, SourcePair Pair)> Rows)
{
    /// <summary>Its classes: those of the first row that has any.</summary>
    public IReadOnlyList<SourceLabel> Labels { get; set; } = First.Labels;
}
