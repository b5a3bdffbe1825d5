using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ContrastivePipeline.Data.Images;

/// <summary>Bicubic resizing with antialiasing, bit-identical to PIL's <c>Image.resize(size, BICUBIC)</c> of an RGB image: a horizontal
/// pass, rounded to 8 bits, then a vertical one. Integer arithmetic throughout, so every processor gives the same bits.</summary>
public static class ImageResizer
{
    private const int Half = 1 << (BicubicTaps.Precision - 1);

    /// <summary>Sides after scaling the shorter one to <paramref name="size"/>, with torchvision's arithmetic: the longer one is cut to an
    /// integer.</summary>
    public static (long Width, long Height) ShortSideTo(int width, int height, int size) => width <= height
        ? (size, (long)size * height / width)
        : ((long)size * width / height, size);

    /// <summary>Scales the shorter side to <paramref name="size"/> pixels, keeping the aspect ratio.</summary>
    public static RgbImage ResizeShortSide(RgbImage image, int size)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (width, height) = ShortSideTo(image.Width, image.Height, size);
        return Resize(image, checked((int)width), checked((int)height));
    }

    /// <summary>Scales to exactly <paramref name="width"/> x <paramref name="height"/> pixels; the same image if it has them.</summary>
    public static RgbImage Resize(RgbImage image, int width, int height) =>
        Resize(image, width, height, Vector128.IsHardwareAccelerated);

    internal static RgbImage Resize(RgbImage image, int width, int height, bool vectors)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var result = image;
        if (width != image.Width)
            result = Horizontal(result, width, vectors);

        if (height != image.Height)
            result = Vertical(result, height, vectors);

        return result;
    }

    private static RgbImage Horizontal(RgbImage image, int width, bool vectors)
    {
        var taps = BicubicTaps.Create(image.Width, width);
        var source = image.Pixels;
        var target = new byte[checked(width * image.Height * 3)];
        for (var y = 0; y < image.Height; y++)
        {
            var row = y * image.Width * 3;
            // A vector load takes one byte beyond its pixel, which the last row does not have.
            var vectorRow = vectors && y < image.Height - 1;
            for (var x = 0; x < width; x++)
            {
                var weights = taps.Weights.AsSpan(x * taps.Stride, taps.Count[x]);
                var from = row + (taps.First[x] * 3);
                var to = target.AsSpan(((y * width) + x) * 3, 3);
                if (vectorRow)
                {
                    MixPixelsByVector(source, from, weights, to);
                }
                else
                {
                    MixPixels(source, from, weights, to);
                }
            }
        }

        return new RgbImage(width, image.Height, target);
    }

    private static void MixPixels(byte[] source, int from, ReadOnlySpan<int> weights, Span<byte> to)
    {
        int red = Half, green = Half, blue = Half;
        foreach (var weight in weights)
        {
            red += source[from] * weight;
            green += source[from + 1] * weight;
            blue += source[from + 2] * weight;
            from += 3;
        }

        to[0] = Clip(red);
        to[1] = Clip(green);
        to[2] = Clip(blue);
    }

    private static void MixPixelsByVector(byte[] source, int from, ReadOnlySpan<int> weights, Span<byte> to)
    {
        ref var start = ref MemoryMarshal.GetArrayDataReference(source);
        var sums = Vector128.Create(Half);
        foreach (var weight in weights)
        {
            var pixel = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, from))).AsByte();
            sums += Vector128.WidenLower(Vector128.WidenLower(pixel)).AsInt32() * weight;
            from += 3;
        }

        to[0] = Clip(sums[0]);
        to[1] = Clip(sums[1]);
        to[2] = Clip(sums[2]);
    }

    private static RgbImage Vertical(RgbImage image, int height, bool vectors)
    {
        var taps = BicubicTaps.Create(image.Height, height);
        var stride = image.Width * 3;
        var target = new byte[checked(stride * height)];
        for (var y = 0; y < height; y++)
        {
            var weights = taps.Weights.AsSpan(y * taps.Stride, taps.Count[y]);
            var source = image.Pixels.AsSpan(taps.First[y] * stride, weights.Length * stride);
            var to = target.AsSpan(y * stride, stride);
            var done = vectors ? MixRowsByVector(source, stride, weights, to) : 0;
            for (var x = done; x < stride; x++)
            {
                var sum = Half;
                for (var i = 0; i < weights.Length; i++)
                    sum += source[(i * stride) + x] * weights[i];

                to[x] = Clip(sum);
            }
        }

        return new RgbImage(image.Width, height, target);
    }

    private static int MixRowsByVector(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<int> weights, Span<byte> to)
    {
        var x = 0;
        for (; x <= stride - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            var (a, b, c, d) = (Vector128.Create(Half), Vector128.Create(Half), Vector128.Create(Half), Vector128.Create(Half));
            for (var i = 0; i < weights.Length; i++)
            {
                var (low, high) = Vector128.Widen(Vector128.Create(source.Slice((i * stride) + x, Vector128<byte>.Count)));
                var (low0, low1) = Vector128.Widen(low);
                var (high0, high1) = Vector128.Widen(high);
                a += low0.AsInt32() * weights[i];
                b += low1.AsInt32() * weights[i];
                c += high0.AsInt32() * weights[i];
                d += high1.AsInt32() * weights[i];
            }

            Vector128.Narrow(Vector128.Narrow(Clip(a), Clip(b)), Vector128.Narrow(Clip(c), Clip(d))).CopyTo(to[x..]);
        }

        return x;
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> BicubicTaps.Precision, 0, 255);

    private static Vector128<uint> Clip(Vector128<int> sums) => Vector128.Min(
        Vector128.Max(sums >> BicubicTaps.Precision, Vector128<int>.Zero), Vector128.Create(255)).AsUInt32();
}
