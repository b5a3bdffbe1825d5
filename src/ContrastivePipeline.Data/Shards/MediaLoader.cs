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
    /// <summary>Longer files are no pictures of a dataset: 256 MiB.</summary>
    private const long MaxFileLength = 256L << 20;

    public static LoadedMedia Load(SourcePair pair, DatasetSpec spec)
    {
        try
        {
            var file = ReadFile(pair.PicturePath);
            var picture = PictureDecoder.Decode(file);
            var (width, height) = PictureResizer.ShortSideTo(picture.Width, picture.Height, spec.MediaSize);
            if (width * height > PictureDecoder.DefaultMaxPixels)
            {
                throw new PictureException(PictureReason.TooThin, $"The picture of {picture.Width} x {picture.Height} pixels would be " +
                    $"{width} x {height} after resizing; crop it.");
            }

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

    private static byte[] ReadFile(string path)
    {
        try
        {
            if (Directory.Exists(path)) throw new PictureException(PictureReason.UnreadableFile, "This is a folder, not a picture file.");
            var length = new FileInfo(path).Length;
            if (length > MaxFileLength)
                throw new PictureException(PictureReason.FileTooLarge, $"The file has {length:N0} bytes, more than {MaxFileLength:N0}.");
            return File.ReadAllBytes(path);
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
