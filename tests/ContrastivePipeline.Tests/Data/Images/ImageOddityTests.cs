using System.Text;
using SkiaSharp;

namespace ContrastivePipeline.Tests.Data.Images;

/// <summary>Images that decoders disagree about: turned PNGs, JPEGs without their end, files that are something else.</summary>
public sealed class ImageOddityTests
{
    /// <summary>Where the first of the pixels 012/345 lies after each orientation, and how they then stand.</summary>
    [Theory]
    [InlineData(1, "012345")]
    [InlineData(2, "210543")]
    [InlineData(3, "543210")]
    [InlineData(4, "345012")]
    [InlineData(5, "031425")]
    [InlineData(6, "304152")]
    [InlineData(7, "524130")]
    [InlineData(8, "251403")]
    [InlineData(0, "012345")]
    [InlineData(9, "012345")]
    [InlineData(0xFFFF, "012345")]
    public void An_orientation_in_a_png_is_applied_and_one_that_makes_no_sense_is_not(int orientation, string expected)
    {
        byte[] samples = [.. Enumerable.Range(0, 6).SelectMany(i => new byte[] { (byte)i, 0, 0 })];
        foreach (var isLittle in new[] { false, true })
        {
            foreach (var behind in new[] { false, true })
            {
                foreach (var prefix in new[] { "", "Exif\0\0" })
                {
                    byte[] exif = [.. Encoding.Latin1.GetBytes(prefix), .. Exif(orientation, isLittle)];
                    var image = ImageDecoder.Decode(PngMaker.Make(3, 2, 8, 2, samples, exif: exif, exifBehind: behind));
                    Assert.Equal(expected, string.Concat(image.Pixels.Where((_, at) => at % 3 == 0)));
                    Assert.Equal(orientation is >= 5 and <= 8 ? (2, 3) : (3, 2), (image.Width, image.Height));
                }
            }
        }
    }

    [Fact]
    public void A_damaged_exif_block_is_as_good_as_none()
    {
        var whole = Exif(6, isLittle: true);
        for (var length = 0; length < whole.Length; length++)
        {
            var image = ImageDecoder.Decode(PngMaker.Make(2, 1, 8, 0, [1, 2], exif: whole[..length]));
            Assert.Equal(2 * 1, image.Width * image.Height);
        }

        var far = Exif(6, isLittle: true);
        far.AsSpan(4, 4).Fill(0xFF);
        Assert.Equal(2, ImageDecoder.Decode(PngMaker.Make(2, 1, 8, 0, [1, 2], exif: far)).Width);
    }

    [Theory]
    [InlineData(64, 48)]
    [InlineData(17, 23)]
    public void A_jpeg_without_its_end_mark_has_every_pixel(int width, int height)
    {
        var jpeg = Jpeg(width, height);
        Assert.Equal([0xFF, 0xD9], jpeg[^2..]);
        var expected = ImageDecoder.Decode(jpeg).Pixels;
        Assert.Equal(expected, ImageDecoder.Decode(jpeg.AsSpan(..^2)).Pixels);
        Assert.Equal(expected, ImageDecoder.Decode(jpeg.AsSpan(..^1)).Pixels);
    }

    [Fact]
    public void A_jpeg_that_lacks_more_than_its_end_mark_is_truncated()
    {
        var jpeg = Jpeg(64, 48);
        for (var missing = 12; missing < jpeg.Length - 700; missing += 97)
        {
            Assert.Equal(ImageReason.Truncated, Assert.Throws<ImageException>(() => ImageDecoder.Decode(jpeg.AsSpan(..^missing))).Reason);
        }
    }

    [Fact]
    public void A_progressive_jpeg_may_lack_its_end_mark_and_none_of_its_scans()
    {
        var (jpeg, lastScan) = ProgressiveGrey(blocks: 6);
        var expected = ImageDecoder.Decode(jpeg).Pixels;
        Assert.True(expected.Distinct().Count() > 1);
        Assert.Equal(expected, ImageDecoder.Decode(jpeg.AsSpan(..^2)).Pixels);
        // All of the first scan is there, and nothing of the second: a coarse image, which no mark tells from a whole one.
        Assert.Throws<ImageException>(() => ImageDecoder.Decode(jpeg.AsSpan(..lastScan)));
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>404", "a web page (HTML)")]
    [InlineData("\u00EF\u00BB\u00BF\n <html lang='en'>", "a web page (HTML)")]
    [InlineData("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing")]
    [InlineData("{\"error\": \"not found\"}", "a JSON document")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "Git LFS")]
    [InlineData("\0\0\0\u0020ftypavif\0\0\0\0", "an AVIF image")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "a HEIC image")]
    [InlineData("\0\0\0\u0018ftypisom\0\0\0\0", "a video")]
    [InlineData("II*\0\u0008\0\0\0", "a TIFF image")]
    [InlineData("MM\0*\0\0\0\u0008", "a TIFF image")]
    [InlineData("BM6\0\0\0", "a BMP image")]
    [InlineData("\u0001\u0002\u0003", "of an unknown kind")]
    public void A_file_that_is_something_else_says_what(string content, string said)
    {
        var error = Assert.Throws<ImageException>(() => ImageDecoder.Decode(Encoding.Latin1.GetBytes(content)));
        Assert.Equal(ImageReason.UnknownFormat, error.Reason);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImageEncoder.Jpeg, 65_500)]
    [InlineData(ImageEncoder.Png, 1_000_000)]
    public void The_longest_side_of_an_encoding_goes_in_and_comes_out_and_a_longer_one_has_a_reason(string encoding, int side)
    {
        Assert.Equal(side, ImageEncoder.LongestSide(encoding));
        var longest = ImageDecoder.Decode(ImageEncoder.Encode(new RgbImage(side, 1, new byte[side * 3]), encoding));
        Assert.Equal((side, 1), (longest.Width, longest.Height));
        var error = Assert.Throws<ImageException>(
            () => ImageEncoder.Encode(new RgbImage(side + 100, 1, new byte[(side + 100) * 3]), encoding));
        Assert.Equal(ImageReason.Unstorable, error.Reason);
    }

    private static byte[] Exif(int orientation, bool isLittle)
    {
        byte[] big = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 2, 1, 0, 0, 3, 0, 0, 0, 1, 0, 7, 0, 0, 1, 0x12, 0, 3, 0, 0, 0, 1,
            (byte)(orientation >> 8), (byte)orientation, 0, 0, 0, 0, 0, 0];
        return !isLittle
            ? big
            : [.. "II*\0"u8, 8, 0, 0, 0, 2, 0, 0, 1, 3, 0, 1, 0, 0, 0, 7, 0, 0, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)orientation,
                (byte)(orientation >> 8), 0, 0, 0, 0, 0, 0];
    }

    private static byte[] Jpeg(int width, int height)
    {
        var random = new Random(17);
        using var bitmap = new SKBitmap(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, new SKColor((byte)(x * 3), (byte)(y * 5), (byte)random.Next(256)));
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }

    /// <summary>A progressive JPEG of grey blocks beside each other: a scan of means, and one in which no block has more.</summary>
    private static (byte[] File, int LastScan) ProgressiveGrey(int blocks)
    {
        using var file = new MemoryStream();
        file.Write([0xFF, 0xD8]);
        Segment(0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]);
        Segment(0xC2, [8, 0, 8, 0, (byte)(8 * blocks), 1, 1, 0x11, 0]);
        // One code of one bit in each table: means differ by three bits; a block has no more.
        Segment(0xC4, [0x00, 1, .. new byte[15], 3]);
        Segment(0xC4, [0x10, 1, .. new byte[15], 0]);
        Segment(0xDA, [1, 1, 0x00, 0, 0, 0x00]);
        Bits(string.Concat(Enumerable.Range(0, blocks).Select(i => i % 2 == 0 ? "0110" : "0001")));
        var lastScan = (int)file.Length;
        Segment(0xDA, [1, 1, 0x00, 1, 63, 0x00]);
        Bits(new string('0', blocks));
        file.Write([0xFF, 0xD9]);
        return (file.ToArray(), lastScan);

        void Segment(byte marker, byte[] content) =>
            file.Write([0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content]);

        void Bits(string bits)
        {
            for (var at = 0; at < bits.Length; at += 8)
            {
                file.WriteByte(Convert.ToByte(bits[at..Math.Min(at + 8, bits.Length)].PadRight(8, '1'), 2));
            }
        }
    }
}
