namespace ContrastivePipeline.Tests.Data.Images;

public sealed class ImageEncoderTests
{
    private static readonly RgbImage Image = new(31, 17, [.. Enumerable.Range(0, 31 * 17 * 3).Select(i => (byte)(i * i / 7))]);

    [Fact]
    public void Png_is_lossless_and_always_the_same_bytes()
    {
        var first = ImageEncoder.Encode(Image, "png");
        Assert.Equal(first, ImageEncoder.Encode(Image, "png"));
        Assert.Equal(Image.Pixels, ImageDecoder.Decode(first).Pixels);
        Assert.Equal(2, first[25]); // colour type: RGB without alpha
    }

    [Fact]
    public void Jpeg_is_near_the_image()
    {
        var smooth = new RgbImage(32, 32, [.. Enumerable.Range(0, 32 * 32 * 3).Select(i => (byte)(i / 3 / 8))]);
        var decoded = ImageDecoder.Decode(ImageEncoder.Encode(smooth, "jpeg"));
        Assert.All(decoded.Pixels.Zip(smooth.Pixels), pair => Assert.InRange(pair.First - pair.Second, -6, 6));
    }

    [Fact]
    public void Another_encoding_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => ImageEncoder.Encode(Image, "bmp"));
        Assert.Contains("'bmp'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'png' or 'jpeg'", error.Message, StringComparison.Ordinal);
    }
}
