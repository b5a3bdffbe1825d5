using System.Security.Cryptography;
using ContrastivePipeline.Data.Pictures;
using ContrastivePipeline.Data.Sources;

namespace ContrastivePipeline.Data.Shards;

/// <summary>A picture file, read, resized and encoded for storage, or what is wrong with it.</summary>
/// <param name="ContentSha256">Of the file as it was found; empty where <paramref name="Fault"/> is set.</param>
/// <param name="Media">Null where <paramref name="Fault"/> is set.</param>
/// <param name="Fault">Null where the picture is good.</param>
internal sealed record LoadedMedia(string ContentSha256, MediaRow? Media, SourceFault? Fault);

/// <summary>Turns picture files into media rows. Safe for concurrent use.</summary>
internal static class MediaLoader
{
    public static LoadedMedia Load(SourcePair pair, DatasetSpec spec)
    {
        try
        {
            var file = ReadFile(pair);
            var picture = PictureDecoder.Decode(file);
            CheckShape(picture, spec);
            var resized = PictureResizer.ResizeShortSide(picture, spec.MediaSize);
            var bytes = PictureEncoder.Encode(resized, spec.Encoding);
            var media = new MediaRow(pair.MediaId, bytes, resized.Width, resized.Height, Hash(bytes));
            return new LoadedMedia(Hash(file), media, null);
        }
        catch (PictureException error)
        {
            return new LoadedMedia("", null, new SourceFault(pair.PictureColumn, error.Reason, $"'{pair.MediaId}': {error.Message}"));
        }
    }

    // Sides and area that the encoder and every later decoder take.
    private static void CheckShape(RgbPicture picture, DatasetSpec spec)
    {
        var (width, height) = PictureResizer.ShortSideTo(picture.Width, picture.Height, spec.MediaSize);
        if (width * height <= PictureDecoder.DefaultMaxPixels && Math.Max(width, height) <= PictureEncoder.LongestSide(spec.Encoding)) return;
        throw new PictureException(PictureReason.TooThin, $"The picture of {picture.Width} x {picture.Height} pixels would be " +
            $"{width} x {height} after resizing; crop it.");
    }

    private static byte[] ReadFile(SourcePair pair)
    {
        try
        {
            var path = pair.ConfinedTo is null ? pair.PicturePath : SourceFiles.Confine(pair.ConfinedTo, pair.PicturePath)
                ?? throw new PictureException(PictureReason.OutsideRoot,
                    "A link leads out of the picture folder, and this run was started through the server; put the picture itself into the folder.");
            if (SourceFiles.FindOther(path) is { } other)
                throw new PictureException(PictureReason.UnreadableFile, $"This is {other}, not a picture file.");
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > SourceFiles.MaxPictureLength)
            {
                throw new PictureException(PictureReason.FileTooLarge,
                    $"The file has {length:N0} bytes, more than {SourceFiles.MaxPictureLength:N0}; scale the picture down.");
            }

            var content = new byte[length];
            var read = 0;
            while (read < content.Length && RandomAccess.Read(file, content.AsSpan(read), read) is var more and > 0) read += more;
            return content.AsSpan(0, read).ToArray();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PictureException(PictureReason.MissingFile,
                "There is no such file; put it in its place, or correct the row.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(PictureReason.UnreadableFile,
                $"The file cannot be read ({error.GetType().Name}); check its permissions and its disk.", error);
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
