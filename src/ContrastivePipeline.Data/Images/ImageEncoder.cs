using System.Runtime.InteropServices;
using SkiaSharp;

namespace ContrastivePipeline.Data.Images;

/// <summary>Encodes images for storage. The bytes depend on the pixels alone.</summary>
public static class ImageEncoder
{
    /// <summary>Lossless; the default.</summary>
    public const string Png = "png";

    /// <summary>Quality 95 without chroma subsampling: about a quarter of PNG's size for photographs.</summary>
    public const string Jpeg = "jpeg";

    /// <summary>The longest side that an encoding takes, pixels: libjpeg's and libpng's limits.</summary>
    public static int LongestSide(string encoding) => encoding == Jpeg ? 65_500 : 1_000_000;

    /// <summary>Encodes an image.</summary>
    /// <param name="encoding"><see cref="Png"/> or <see cref="Jpeg"/>.</param>
    /// <exception cref="ArgumentException">The encoding is neither.</exception>
    /// <exception cref="ImageException">The image is more than the encoding can hold.</exception>
    public static byte[] Encode(RgbImage image, string encoding)
    {
        ArgumentNullException.ThrowIfNull(image);
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var rgba = new byte[info.BytesSize];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            rgba[to] = image.Pixels[from];
            rgba[to + 1] = image.Pixels[from + 1];
            rgba[to + 2] = image.Pixels[from + 2];
            rgba[to + 3] = 255;
        }

        var pinned = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            using var pixmap = new SKPixmap(info, pinned.AddrOfPinnedObject(), info.RowBytes);
            using var data = encoding switch
            {
                Png => pixmap.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 6)),
                Jpeg => pixmap.Encode(new SKJpegEncoderOptions(
                    95, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore)),
                _ => throw new ArgumentException($"'{encoding}' is not an encoding of stored media; use '{Png}' or '{Jpeg}'."),
            };
            return data?.ToArray() ?? throw new ImageException(ImageReason.Unstorable,
                $"The image of {image.Width} x {image.Height} pixels cannot be encoded as {encoding}; crop it or scale it down.");
        }
        finally
        {
            pinned.Free();
        }
    }
}
