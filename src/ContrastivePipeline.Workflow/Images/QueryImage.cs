namespace ContrastivePipeline.Workflow.Images;

/// <summary>Turns an uploaded image into model input, by the same steps as images of a dataset.</summary>
internal static class QueryImage
{
    /// <summary>Longer files are refused: 16 MiB.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Images with more pixels are refused: 40 million.</summary>
    public const long MaxPixels = 40_000_000;

    /// <summary>Decodes, scales the short side and cuts the middle out.</summary>
    /// <param name="file">A whole PNG, JPEG, WebP or GIF file.</param>
    /// <param name="side">Side of the model's input, pixels.</param>
    /// <returns>[side, side, 3], one byte a channel.</returns>
    /// <exception cref="ImageException">It is not such an image, or too large; the message says what to do.</exception>
    public static byte[] Prepare(ReadOnlySpan<byte> file, int side)
    {
        if (file.Length > MaxBytes)
        {
            throw new ImageException(
                ImageReason.FileTooLarge, $"The file has {file.Length:N0} bytes, more than {MaxBytes:N0}; save the image smaller.");
        }
        var image = ImageDecoder.Decode(file, MaxPixels);
        var (width, height) = ImageResizer.ShortSideTo(image.Width, image.Height, side);
        if (width * height > MaxPixels)
        {
            throw new ImageException(
                ImageReason.TooThin, $"The image of {image.Width} x {image.Height} pixels is too long and thin; crop it.");
        }
        return ImageResizer.ResizeShortSide(image, side).CentreCrop(side).Pixels;
    }
}
