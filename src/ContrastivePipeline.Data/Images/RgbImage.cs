namespace ContrastivePipeline.Data.Images;

/// <summary>A decoded image: 8-bit RGB, no alpha.</summary>
/// <param name="Width">Pixels, at least 1.</param>
/// <param name="Height">Pixels, at least 1.</param>
/// <param name="Pixels">Samples [height, width, 3], row by row without padding.</param>
public sealed record RgbImage(int Width, int Height, byte[] Pixels)
{
    /// <summary>Cuts the middle out, with torchvision's rounding (half to even) of the offsets.</summary>
    /// <param name="size">Side of the square, pixels; no greater than either side.</param>
    /// <exception cref="ArgumentOutOfRangeException">The image is smaller than the square.</exception>
    public RgbImage CentreCrop(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Math.Min(Width, Height));
        var left = (int)Math.Round((Width - size) / 2.0, MidpointRounding.ToEven);
        var top = (int)Math.Round((Height - size) / 2.0, MidpointRounding.ToEven);
        var pixels = new byte[size * size * 3];
        for (var y = 0; y < size; y++)
            Pixels.AsSpan((((top + y) * Width) + left) * 3, size * 3).CopyTo(pixels.AsSpan(y * size * 3));

        return new RgbImage(size, size, pixels);
    }
}
