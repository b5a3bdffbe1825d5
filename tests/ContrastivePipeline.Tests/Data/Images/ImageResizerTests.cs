using System.Security.Cryptography;

namespace ContrastivePipeline.Tests.Data.Images;

public sealed class ImageResizerTests
{
    /// <summary>Expected hashes: Pillow 9.4.0, <c>Image.frombytes("RGB", ...).resize((w, h), Image.BICUBIC).tobytes()</c>.</summary>
    [Theory]
    [InlineData(37, 23, 16, 16, "6a4b95c97451d19a5efe2d610ecc6675f7231407d2de75b2fdd4b03aa322c8ae")]
    [InlineData(64, 64, 224, 224, "c31f9526192581910d52821b4a737b9e7bb41d59f7e84f46129dd11bab9b79ad")]
    [InlineData(500, 375, 298, 224, "02cb0b118c7337d86b8e5a327a0e0e243fc3eb5e9bd57e102185bc0ebe0933ce")]
    [InlineData(375, 500, 224, 298, "4c9eaed7cbad60d5376bfa7faa7eb06f1898ca6936e742ac7b4eaa70e1fcaff4")]
    [InlineData(7, 5, 19, 31, "e7eaae2a01932e8a53f48b8b5a0f592457b15f476dad83400abcefc92ab6919a")]
    [InlineData(1, 1, 5, 3, "05737cad858fef1c42c7bd91e41637a9e14504134ed860c474294e7d8cfd5fa9")]
    [InlineData(2, 300, 3, 64, "da6619ac0c529a95c756528810781daa40ddfc6596d9003f522849ac3f9b40a9")]
    [InlineData(300, 2, 64, 3, "a97ecd18abcf9c63d03bcb4f49299c4f13141362cb7f34b98db90a586b1300de")]
    [InlineData(101, 64, 101, 33, "ed099e37f5575e33e7775b98de56dad006119ce2fe51bb88fa242aa573fcc64c")]
    [InlineData(33, 101, 17, 101, "70ea88b4a769c76894b2afa2c54cf774ddf8e7e84a6882b0db61d8d7150eb4bc")]
    [InlineData(640, 480, 64, 48, "99c70c04ed041a6fa34ebac8caaacd32b53e3aaad22462ca05ccaf5dec3eaf61")]
    [InlineData(65, 64, 64, 63, "35016bd141832d10f4aacc08fc88997236b1a3f8e1afa187f082fcbb4ff09a3b")]
    [InlineData(17, 1, 4, 1, "29650e8171e6ef41f906e1d7a9cd299ab5456448c2c9048b0fe81922b74a099b")]
    public void Resize_gives_the_bits_of_Pillow(int width, int height, int toWidth, int toHeight, string sha256)
    {
        var image = Synthetic(width, height);
        foreach (var vectors in new[] { false, true })
        {
            var resized = ImageResizer.Resize(image, toWidth, toHeight, vectors);
            Assert.Equal((toWidth, toHeight), (resized.Width, resized.Height));
            Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(resized.Pixels)));
        }
    }

    [Fact]
    public void Resize_of_a_row_of_five_pixels_gives_the_values_of_Pillow() =>
        Assert.Equal([113, 148, 112, 66, 146, 75, 15, 45, 59], ImageResizer.Resize(Synthetic(5, 1), 3, 1).Pixels);

    [Fact]
    public void Resize_to_the_same_size_changes_nothing()
    {
        var image = Synthetic(19, 11);
        Assert.Equal(image.Pixels, ImageResizer.Resize(image, 19, 11).Pixels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(254)]
    [InlineData(255)]
    public void Resize_keeps_a_constant_image_constant(byte value)
    {
        var image = new RgbImage(53, 31, [.. Enumerable.Repeat(value, 53 * 31 * 3)]);
        foreach (var (width, height) in new[] { (7, 90), (90, 7), (200, 200), (1, 1), (13, 31) })
        {
            Assert.All(ImageResizer.Resize(image, width, height).Pixels, pixel => Assert.Equal(value, pixel));
        }
    }

    [Theory]
    [InlineData(500, 375, 224, 298, 224)] // 298.67 is cut, not rounded
    [InlineData(375, 500, 224, 224, 298)]
    [InlineData(64, 64, 64, 64, 64)]
    [InlineData(3, 2, 64, 96, 64)]
    public void Short_side_follows_torchvision(int width, int height, int size, int toWidth, int toHeight)
    {
        var resized = ImageResizer.ResizeShortSide(Synthetic(width, height), size);
        Assert.Equal((toWidth, toHeight), (resized.Width, resized.Height));
    }

    [Theory]
    [InlineData(9, 4, 2)] // offset 2.5 rounds to even
    [InlineData(11, 4, 4)] // offset 3.5 rounds to even
    [InlineData(8, 4, 2)]
    public void Centre_crop_rounds_as_torchvision_does(int width, int size, int left)
    {
        var image = new RgbImage(width, size, new byte[width * size * 3]);
        for (var i = 0; i < width * size; i++)
        {
            image.Pixels[i * 3] = (byte)(i % width);
        }

        Assert.Equal(left, image.CentreCrop(size).Pixels[0]);
    }

    [Fact]
    public void Centre_crop_larger_than_the_image_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Synthetic(8, 4).CentreCrop(5));

    /// <summary>An image by formula, with smooth and saturated parts; the expected hashes were made from the same formula.</summary>
    private static RgbImage Synthetic(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (int y = 0, i = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < 3; c++, i++)
                {
                    pixels[i] = ((x / 3) + (y / 2)) % 4 != 0
                        ? (byte)(((x * x * 7) + (y * y * 3) + (x * y * (c + 1) * 5) + (c * 85)) >> 2)
                        : ((x ^ y ^ c) & 1) != 0 ? (byte)255 : (byte)0;
                }
            }
        }

        return new RgbImage(width, height, pixels);
    }
}
