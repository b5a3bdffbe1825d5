namespace ContrastivePipeline.Data.Images;

/// <summary>Where an image's samples lie inside a file that holds many images.</summary>
/// <param name="Offset">Of the first sample, bytes.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <remarks>8-bit samples [3, height, width]: all red ones, then green, then blue.</remarks>
public sealed record PlanarPixels(long Offset, int Width, int Height)
{
    /// <summary>Bytes of the image.</summary>
    public int Length => 3 * Width * Height;

    /// <summary>A file of the image, as if it had been found as one: nothing is lost.</summary>
    /// <param name="samples">As many as <see cref="Length"/>.</param>
    public byte[] ToFile(ReadOnlySpan<byte> samples) => ImageEncoder.Encode(ToImage(samples), ImageEncoder.Png);

    /// <summary>The image of its samples.</summary>
    /// <param name="samples">As many as <see cref="Length"/>.</param>
    public RgbImage ToImage(ReadOnlySpan<byte> samples)
    {
        var area = Width * Height;
        var pixels = new byte[Length];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = samples[(i % 3 * area) + (i / 3)];

        return new RgbImage(Width, Height, pixels);
    }
}
