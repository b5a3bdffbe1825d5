namespace ContrastivePipeline.Tests.Data.Images;

public sealed class ImageDecoderTests
{
    // Written by Pillow 9.4.0.
    private const string JpegLeftBlueRightRed =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAEAAAAAAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoM"
        + "DAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"
        + "FBQUFBQUFBQUFBQUFBQUFBT/wAARCAAIABADAREAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9"
        + "AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqD"
        + "hIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAA"
        + "AAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2"
        + "Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna"
        + "4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD896/1TPhz32v8OT/Ys//Z";
    private const string JpegGrey77 =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/"
        + "wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEI"
        + "I0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ip"
        + "qrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APnev//Z";
    private const string JpegCmykRed =
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/8AA"
        + "FAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQci"
        + "cRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqi"
        + "o6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9/K/n/r+f+v38r//Z";
    private const string GifTwoFrames =
        "R0lGODlhBgAEAIEAAAoUHshkMgAAAAAAACH5BAEAAAEALAAAAAAGAAQAAAgNAAEIHAggAMGDCAEEBAAh+QQBAAABACwAAAAABgAEAIHIZDIAAAAAAAAAAAAI"
        + "CwABCBxIsKDBgQEBADs=";
    private const string WebpAlpha = "UklGRioAAABXRUJQVlA4TB4AAAAvA0AAEBcwFEKChO7/vY6HgKDoOdMD7A2nqozofwg=";

    [Fact]
    public void Rgb_is_taken_as_it_is() =>
        Assert.Equal([1, 2, 3, 250, 251, 252], Decode(PngMaker.Rgb(2, 1, [1, 2, 3, 250, 251, 252])).Pixels);

    [Fact]
    public void Rgb_of_any_number_of_pixels_is_taken_as_it_is()
    {
        var random = new Random(3);
        for (var width = 1; width <= 40; width++)
        {
            var samples = new byte[width * 3];
            random.NextBytes(samples);
            Assert.Equal(samples, Decode(PngMaker.Rgb(width, 1, samples)).Pixels);
        }
    }

    /// <summary>Expected: round(c·a/255 + 255 − a), computed by hand.</summary>
    [Fact]
    public void Alpha_goes_over_white()
    {
        byte[] rgba = [200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 128, 10, 20, 30, 1, 255, 255, 255, 77];
        Assert.Equal(
            [200, 100, 0, 255, 255, 255, 227, 177, 127, 254, 254, 254, 255, 255, 255],
            Decode(PngMaker.Make(5, 1, 8, 6, rgba)).Pixels);
    }

    [Fact]
    public void Grey_and_grey_with_alpha_become_rgb()
    {
        Assert.Equal([0, 0, 0, 9, 9, 9], Decode(PngMaker.Make(2, 1, 8, 0, [0, 9])).Pixels);
        Assert.Equal([9, 9, 9, 132, 132, 132], Decode(PngMaker.Make(2, 1, 8, 4, [9, 255, 9, 128])).Pixels);
        Assert.Equal([0, 0, 0, 255, 255, 255], Decode(PngMaker.Make(2, 1, 1, 0, [0b0100_0000])).Pixels);
    }

    [Fact]
    public void Palette_with_transparency_becomes_rgb_on_white() =>
        Assert.Equal(
            [10, 20, 30, 255, 255, 255, 128, 127, 127],
            Decode(PngMaker.Make(3, 1, 8, 3, [0, 1, 2], [10, 20, 30, 1, 2, 3, 1, 0, 0], [255, 0, 128])).Pixels);

    [Fact]
    public void Sixteen_bits_keep_their_high_byte() =>
        Assert.Equal([0x12, 0xFF, 0x80], Decode(PngMaker.Make(1, 1, 16, 2, [0x12, 0xFF, 0xFF, 0x00, 0x80, 0x7F])).Pixels);

    [Fact]
    public void Sixteen_bit_grey_keeps_its_high_byte() =>
        Assert.Equal([0x12, 0x12, 0x12, 0xFE, 0xFE, 0xFE], Decode(PngMaker.Make(2, 1, 16, 0, [0x12, 0xF0, 0xFE, 0x01])).Pixels);

    [Fact]
    public void Grey_jpeg_becomes_rgb()
    {
        var image = Decode(JpegGrey77);
        Assert.Equal((8, 8), (image.Width, image.Height));
        Assert.All(image.Pixels, sample => Assert.Equal(77, sample));
    }

    [Fact]
    public void Cmyk_jpeg_becomes_rgb()
    {
        var image = Decode(JpegCmykRed);
        AssertNear(255, 0, 0, image, 4, 4);
    }

    [Fact]
    public void First_frame_of_a_gif_is_decoded_on_white()
    {
        var image = Decode(GifTwoFrames);
        Assert.Equal((6, 4), (image.Width, image.Height));
        Assert.Equal([10, 20, 30], Pixel(image, 0, 0));
        Assert.Equal([255, 255, 255], Pixel(image, 1, 1));
    }

    [Fact]
    public void Webp_with_alpha_goes_over_white()
    {
        var image = Decode(WebpAlpha);
        Assert.Equal((4, 2), (image.Width, image.Height));
        Assert.Equal([255, 255, 255], Pixel(image, 0, 0));
        Assert.Equal([255, 127, 127], Pixel(image, 1, 0));
        Assert.Equal([10, 20, 30], Pixel(image, 3, 1));
    }

    /// <summary>Where the blue left half of a 16 x 8 image lies after each of EXIF's eight orientations.</summary>
    [Theory]
    [InlineData(1, 16, 8, 0, 0)]
    [InlineData(2, 16, 8, 15, 0)]
    [InlineData(3, 16, 8, 15, 7)]
    [InlineData(4, 16, 8, 0, 7)]
    [InlineData(5, 8, 16, 0, 0)]
    [InlineData(6, 8, 16, 7, 0)]
    [InlineData(7, 8, 16, 7, 15)]
    [InlineData(8, 8, 16, 0, 15)]
    public void Exif_orientation_is_applied(byte orientation, int width, int height, int blueX, int blueY)
    {
        var file = Convert.FromBase64String(JpegLeftBlueRightRed);
        var entry = file.AsSpan().IndexOf((byte[])[0x01, 0x12, 0x00, 0x03, 0, 0, 0, 1]);
        file[entry + 9] = orientation;
        var image = Decode(file);
        Assert.Equal((width, height), (image.Width, image.Height));
        AssertNear(0, 0, 255, image, blueX, blueY);
        AssertNear(255, 0, 0, image, width - 1 - blueX, height - 1 - blueY);
    }

    [Fact]
    public void All_eight_orientations_of_an_image_without_symmetry()
    {
        var stored = new RgbImage(3, 2, [.. Enumerable.Range(0, 6).SelectMany(i => new byte[] { (byte)i, 0, 0 })]);
        string[] expected = ["012345", "210543", "543210", "345012", "031425", "304152", "524130", "251403"];
        for (var i = 0; i < 8; i++)
        {
            var turned = ImageOrientation.Apply(stored, (SkiaSharp.SKEncodedOrigin)(i + 1));
            Assert.Equal(expected[i], string.Concat(turned.Pixels.Where((_, at) => at % 3 == 0)));
        }
    }

    [Fact]
    public void A_bomb_is_refused_by_its_header()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<ImageException>(() => Decode(PngMaker.Lying(30_000, 30_000)));
        Assert.Equal(ImageReason.TooManyPixels, error.Reason);
        Assert.Contains("30000 x 30000", error.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void A_header_that_promises_more_than_the_file_has_is_truncated() =>
        Assert.Equal(ImageReason.Truncated, Reason(PngMaker.Lying(500, 400)));

    [Fact]
    public void An_image_too_large_to_share_memory_is_decoded_all_the_same()
    {
        var image = Decode(PngMaker.Make(17_000, 1_000, 1, 0, new byte[17_000 / 8 * 1_000]));
        Assert.Equal((17_000, 1_000), (image.Width, image.Height));
    }

    [Fact]
    public void Damage_has_its_reason()
    {
        var png = PngMaker.Solid(40, 40, 1, 2, 3);
        Assert.Equal(ImageReason.EmptyFile, Reason([]));
        Assert.Equal(ImageReason.UnknownFormat, Reason("GIF is a fine format"u8.ToArray()));
        Assert.Equal(ImageReason.UnknownFormat, Reason("<html>404</html>"u8.ToArray()));
        Assert.Equal(ImageReason.Truncated, Reason(png[..^30]));
        Assert.Equal(ImageReason.BrokenHeader, Reason(png[..20]));
        Assert.Equal(ImageReason.BrokenHeader, Reason(PngMaker.Lying(0, 5)));
        var jpeg = Convert.FromBase64String(JpegLeftBlueRightRed);
        Assert.Equal(ImageReason.Truncated, Reason(jpeg[..^8]));
        Assert.Equal(ImageReason.BrokenHeader, Reason(jpeg[..60]));
    }

    [Fact]
    public void Mutated_files_decode_or_fail_with_a_reason()
    {
        byte[][] seeds =
        [
            PngMaker.Solid(9, 7, 10, 200, 30), PngMaker.Make(5, 1, 8, 6, new byte[20]), Convert.FromBase64String(JpegLeftBlueRightRed),
            Convert.FromBase64String(GifTwoFrames), Convert.FromBase64String(WebpAlpha), Convert.FromBase64String(JpegCmykRed),
        ];
        var random = new Random(20231013);
        for (var round = 0; round < 3_000; round++)
        {
            var file = seeds[round % seeds.Length].ToArray();
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            if (round % 3 == 0)
            {
                file = file[..random.Next(file.Length)];
            }

            try
            {
                var image = ImageDecoder.Decode(file, maxPixels: 1_000_000);
                Assert.Equal(image.Width * image.Height * 3, image.Pixels.Length);
            }
            catch (ImageException error)
            {
                Assert.Matches("^[a-z]+(-[a-z]+)+$", error.Reason);
            }
        }
    }

    private static RgbImage Decode(byte[] file) => ImageDecoder.Decode(file);

    private static RgbImage Decode(string base64) => ImageDecoder.Decode(Convert.FromBase64String(base64));

    private static string Reason(byte[] file) => Assert.Throws<ImageException>(() => Decode(file)).Reason;

    private static byte[] Pixel(RgbImage image, int x, int y) => image.Pixels.AsSpan(((y * image.Width) + x) * 3, 3).ToArray();

    private static void AssertNear(byte red, byte green, byte blue, RgbImage image, int x, int y)
    {
        var pixel = Pixel(image, x, y);
        Assert.InRange(pixel[0], red - 20, red + 20);
        Assert.InRange(pixel[1], green - 20, green + 20);
        Assert.InRange(pixel[2], blue - 20, blue + 20);
    }
}
