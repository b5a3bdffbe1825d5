using ContrastivePipeline.Data.Pictures;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>A picture that somebody sends in, made into what a model takes, the way pictures of a dataset are.</summary>
public static class QueryPicture
{
    /// <summary>Longer files are refused: 16 MiB.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Pictures with more pixels are refused: 40 million.</summary>
    public const long MaxPixels = 40_000_000;

    /// <summary>Decodes, scales the short side and cuts the middle out.</summary>
    /// <param name="file">A whole PNG, JPEG, WebP or GIF file.</param>
    /// <param name="side">Side of the model's input, pixels.</param>
    /// <returns>[side, side, 3], one byte a channel.</returns>
    /// <exception cref="PictureException">It is not such a picture, or too large; the message says what to do.</exception>
    public static byte[] Prepare(ReadOnlySpan<byte> file, int side)
    {
        if (file.Length > MaxBytes)
        {
            throw new PictureException(
                PictureReason.FileTooLarge, $"The file has {file.Length:N0} bytes, more than {MaxBytes:N0}; save the picture smaller.");
        }
        var picture = PictureDecoder.Decode(file, MaxPixels);
        var (width, height) = PictureResizer.ShortSideTo(picture.Width, picture.Height, side);
        if (width * height > MaxPixels)
        {
            throw new PictureException(
                PictureReason.TooThin, $"The picture of {picture.Width} x {picture.Height} pixels is too long and thin; crop it.");
        }
        return PictureResizer.ResizeShortSide(picture, side).CentreCrop(side).Pixels;
    }
}
