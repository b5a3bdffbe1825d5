using SkiaSharp;

namespace ContrastivePipeline.Data.Images;

/// <summary>Turns an image the way its EXIF orientation says.</summary>
internal static class ImageOrientation
{
    /// <summary>The image as it should be seen.</summary>
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
