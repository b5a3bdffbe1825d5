using System.Buffers.Binary;
using SkiaSharp;

namespace ContrastivePipeline.Data.Images;

/// <summary>Turns an image the way its EXIF orientation says.</summary>
internal static class ImageOrientation
{
    public static RgbImage Apply(RgbImage stored, SKEncodedOrigin origin) => origin switch
    {
        SKEncodedOrigin.TopRight => Turn(stored, false, (x, y, w, h) => (w - 1 - x, y)),
        SKEncodedOrigin.BottomRight => Turn(stored, false, (x, y, w, h) => (w - 1 - x, h - 1 - y)),
        SKEncodedOrigin.BottomLeft => Turn(stored, false, (x, y, w, h) => (x, h - 1 - y)),
        SKEncodedOrigin.LeftTop => Turn(stored, true, (x, y, w, h) => (y, x)),
        SKEncodedOrigin.RightTop => Turn(stored, true, (x, y, w, h) => (y, h - 1 - x)),
        SKEncodedOrigin.RightBottom => Turn(stored, true, (x, y, w, h) => (w - 1 - y, h - 1 - x)),
        SKEncodedOrigin.LeftBottom => Turn(stored, true, (x, y, w, h) => (w - 1 - y, x)),
        _ => stored,
    };

    private static RgbImage Turn(RgbImage stored, bool swapSides, Func<int, int, int, int, (int X, int Y)> source)
    {
        var (width, height) = swapSides ? (stored.Height, stored.Width) : (stored.Width, stored.Height);
        var pixels = new byte[stored.Pixels.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (fromX, fromY) = source(x, y, stored.Width, stored.Height);
                stored.Pixels.AsSpan(((fromY * stored.Width) + fromX) * 3, 3).CopyTo(pixels.AsSpan(((y * width) + x) * 3));
            }
        }

        return new RgbImage(width, height, pixels);
    }
}

/// <summary>The EXIF orientation in a PNG's <c>eXIf</c> chunk (PNG, third edition, 11.3.4.4), which Skia reads in JPEG and WebP
/// only.</summary>
internal static class PngOrientation
{
    private const int SignatureLength = 8, ChunkFrame = 12, IfdEntryLength = 12, OrientationTag = 0x0112, ShortType = 3;

    /// <summary>The orientation; <see cref="SKEncodedOrigin.TopLeft"/> where there is none that makes sense.</summary>
    public static SKEncodedOrigin Of(ReadOnlySpan<byte> png)
    {
        for (var at = SignatureLength; at <= png.Length - ChunkFrame;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - ChunkFrame)
                break;
            if (png.Slice(at + 4, 4).SequenceEqual("eXIf"u8))
                return OfExif(png.Slice(at + 8, (int)length));
            at += ChunkFrame + (int)length;
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static SKEncodedOrigin OfExif(ReadOnlySpan<byte> exif)
    {
        // Some writers repeat the prefix that the block has in a JPEG.
        if (exif.StartsWith("Exif\0\0"u8))
            exif = exif[6..];

        var isLittle = exif.StartsWith("II*\0"u8);
        if (exif.Length < 8 || !(isLittle || exif.StartsWith("MM\0*"u8)))
            return SKEncodedOrigin.TopLeft;
        var entries = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (entries > exif.Length - 2)
            return SKEncodedOrigin.TopLeft;
        var rest = exif[(int)entries..];
        var count = Short(rest, isLittle);
        rest = rest[2..];
        for (; count > 0 && rest.Length >= IfdEntryLength; count--, rest = rest[IfdEntryLength..])
        {
            if (Short(rest, isLittle) != OrientationTag || Short(rest[2..], isLittle) != ShortType)
                continue;
            var value = Short(rest[8..], isLittle);
            return value is >= (int)SKEncodedOrigin.TopLeft and <= (int)SKEncodedOrigin.LeftBottom
                ? (SKEncodedOrigin)value
                : SKEncodedOrigin.TopLeft;
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
