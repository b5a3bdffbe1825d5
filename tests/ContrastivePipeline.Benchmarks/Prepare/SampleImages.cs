using SkiaSharp;

namespace ContrastivePipeline.Benchmarks.Prepare;

/// <summary>Draws images whose files are as long, and as hard to decode, as those that people have.</summary>
internal static class SampleImages
{
    /// <summary>Photograph-like, 500 × 375, JPEG of about 60 KB.</summary>
    public static byte[] Photograph(int seed) => Draw(seed, 500, 375, SKColors.SteelBlue, noise: 130, SKEncodedImageFormat.Jpeg, 90);

    /// <summary>Icon-like with transparency, 256 × 256, PNG.</summary>
    public static byte[] Icon(int seed) => Draw(seed, 256, 256, SKColors.Transparent, noise: 0, SKEncodedImageFormat.Png, 100);

    /// <summary>One colour, 8 × 8, PNG of some 80 bytes; each seed below 2²⁴ another.</summary>
    public static byte[] Tiny(int seed)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(8, 8, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor((byte)seed, (byte)(seed >> 8), (byte)(seed >> 16)));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static byte[] Draw(int seed, int width, int height, SKColor ground, byte noise, SKEncodedImageFormat format, int quality)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(ground);
        using var paint = new SKPaint { IsAntialias = true };
        for (var i = 0; i < 40; i++)
        {
            var (x, y, radius) = (random.Next(width), random.Next(height), random.Next(8, height / 4));
            using var shader = SKShader.CreateRadialGradient(
                new SKPoint(x, y), radius, [Color(random), Color(random)], SKShaderTileMode.Clamp);
            paint.Shader = shader;
            canvas.DrawOval(x, y, radius, random.Next(8, height / 4), paint);
        }

        if (noise > 0)
        {
            // Texture of all sizes, as leaves, hair and cloth have.
            using var texture = SKShader.CreatePerlinNoiseFractalNoise(0.09f, 0.09f, 5, seed);
            paint.Shader = texture;
            paint.Color = SKColors.White.WithAlpha(noise);
            canvas.DrawRect(0, 0, width, height, paint);
        }

        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    private static SKColor Color(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), 230);
}
