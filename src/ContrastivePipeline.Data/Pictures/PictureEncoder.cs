using System.Runtime.InteropServices;
using SkiaSharp;

namespace ContrastivePipeline.Data.Pictures;

/// <summary>Encodes pictures for storage. The bytes depend on the pixels alone.</summary>
public static class PictureEncoder
{
    /// <summary>Lossless; the default.</summary>
    public const string Png = "png";

    /// <summary>Quality 95 without chroma subsampling: about a quarter of PNG's size for photographs.</summary>
    public const string Jpeg = "jpeg";

    /// <summary>The longest side that an encoding takes, pixels: libjpeg's and libpng's limits.</summary>
    public static int LongestSide(string encoding) => encoding == Jpeg ? 65_500 : 1_000_000;

    /// <summary>Encodes a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="encoding"><see cref="Png"/> or <see cref="Jpeg"/>.</param>
    /// <exception cref="ArgumentException">The encoding is neither.</exception>
    /// <exception cref="PictureException">The picture is more than the encoding can hold.</exception>
    public static byte[] Encode(RgbPicture picture, string encoding)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var rgba = new byte[info.BytesSize];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            rgba[to] = picture.Pixels[from];
            rgba[to + 1] = picture.Pixels[from + 1];
            rgba[to + 2] = picture.Pixels[from + 2];
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
            return data?.ToArray() ?? throw new PictureException(PictureReason.Unstorable,
                $"The picture of {picture.Width} x {picture.Height} pixels cannot be encoded as {encoding}; crop it or scale it down.");
        }
        finally
        {
            pinned.Free();
        }
    }
}
