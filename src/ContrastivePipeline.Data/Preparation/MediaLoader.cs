using System.Security.Cryptography;

namespace ContrastivePipeline.Data.Preparation;

/// <summary>An image file, read, resized and encoded for storage, or what is wrong with it.</summary>
/// <param name="ContentSha256">Of the file as it was found; empty where <paramref name="Fault"/> is set.</param>
/// <param name="Media">Null where <paramref name="Fault"/> is set.</param>
/// <param name="Fault">Null where the image is good.</param>
internal sealed record LoadedMedia(string ContentSha256, MediaRow? Media, SourceFault? Fault);

/// <summary>Turns image files into media rows. Safe for concurrent use.</summary>
internal static class MediaLoader
{
    public static LoadedMedia Load(SourcePair pair, DatasetSpec spec)
    {
        try
        {
            var file = ReadFile(pair);
            var image = ImageDecoder.Decode(file);
            CheckShape(image, spec);
            var resized = ImageResizer.ResizeShortSide(image, spec.MediaSize);
            var bytes = ImageEncoder.Encode(resized, spec.Encoding);
            var media = new MediaRow(pair.MediaId, bytes, resized.Width, resized.Height, Hash(bytes));
            return new LoadedMedia(Hash(file), media, null);
        }
        catch (ImageException error)
        {
            return new LoadedMedia("", null, new SourceFault(pair.ImageColumn, error.Reason, $"'{pair.MediaId}': {error.Message}"));
        }
    }

    // Sides and area that the encoder and every later decoder take.
    private static void CheckShape(RgbImage image, DatasetSpec spec)
    {
        var (width, height) = ImageResizer.ShortSideTo(image.Width, image.Height, spec.MediaSize);
        if (width * height <= ImageDecoder.DefaultMaxPixels && Math.Max(width, height) <= ImageEncoder.LongestSide(spec.Encoding))
            return;
        throw new ImageException(ImageReason.TooThin, $"The image of {image.Width} x {image.Height} pixels would be " +
            $"{width} x {height} after resizing; crop it.");
    }

    private static byte[] ReadFile(SourcePair pair)
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
            var length = RandomAccess.GetLength(file);
            if (length > SourceFiles.MaxImageLength)
            {
                throw new ImageException(ImageReason.FileTooLarge,
                    $"The file has {length:N0} bytes, more than {SourceFiles.MaxImageLength:N0}; scale the image down.");
            }

            var content = new byte[length];
            var read = 0;
            while (read < content.Length && RandomAccess.Read(file, content.AsSpan(read), read) is var more and > 0)
                read += more;

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

    /// <summary>Adds a row; a row that contradicts an earlier one about the media item's split goes into quarantine.</summary>
    public void Add(SourceRow row, SourcePair pair, Ledger ledger)
    {
        if (!_entries.TryGetValue(pair.MediaId, out var entry))
            _entries.Add(pair.MediaId, entry = new MediaEntry(pair, []));

        if (pair.Split == entry.First.Split)
        {
            entry.Rows.Add((row, pair));
        }
        else
        {
            ledger.Quarantine(row, new SourceFault("", "split-conflict",
                $"'{pair.MediaId}' is in split '{entry.First.Split}' by an earlier row and in '{pair.Split}' by this one; " +
                "put all rows of an image in one split."));
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
internal sealed record MediaEntry(SourcePair First, List<(SourceRow Row, SourcePair Pair)> Rows);
