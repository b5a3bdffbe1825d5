using System.Buffers;
using System.Runtime.Intrinsics;
using SkiaSharp;

namespace ContrastivePipeline.Data.Images;

/// <summary>Decodes PNG, JPEG, WebP and GIF, of animations the first frame, to RGB: EXIF orientation applied, transparency on white, grey
/// and palette expanded, the high byte of 16-bit samples (as PIL and libpng do), colour profiles ignored. Safe for concurrent
/// use.</summary>
public static class ImageDecoder
{
    /// <summary>Larger images are decoded one at a time, so that memory is bounded whatever the number of processors.</summary>
    private const long LargePixels = 16_000_000;

    /// <summary>Larger buffers are not kept for the next image.</summary>
    private const int MostPooledBytes = 4 << 20;

    private static readonly SemaphoreSlim LargeImage = new(1);

    /// <summary>The most pixels that a header may announce unless the caller says otherwise: 64 million.</summary>
    public const long DefaultMaxPixels = 64_000_000;

    /// <summary>Decodes an image.</summary>
    /// <param name="maxPixels">Headers that announce more pixels are refused before anything is decoded.</param>
    /// <exception cref="ImageException">The bytes are not a whole, sound image within the limit.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> encoded, long maxPixels = DefaultMaxPixels)
    {
        if (encoded.IsEmpty)
            throw new ImageException(ImageReason.EmptyFile, "The file is empty.");
        var format = ImageFormats.Recognise(encoded) ?? throw new ImageException(ImageReason.UnknownFormat,
            $"The file is {ImageFormats.Guess(encoded)}, not a PNG, JPEG, WebP or GIF image; " +
            "convert it to one of these, or fetch it again.");

        try
        {
            return Read(encoded, format, maxPixels);
        }
        catch (ImageException error) when (format == ImageFormats.Jpeg && error.Reason is ImageReason.Truncated or ImageReason.Corrupt)
        {
            if (ReadWithoutEnd(encoded.ToArray(), maxPixels) is { } whole)
                return whole;
            throw;
        }
    }

    private static RgbImage? ReadWithoutEnd(byte[] encoded, long maxPixels)
    {
        RgbImage? first = null;
        try
        {
            foreach (var completion in JpegEnd.Completions(encoded))
            {
                var image = Read(completion, ImageFormats.Jpeg, maxPixels);
                if (first is not null && !first.Pixels.AsSpan().SequenceEqual(image.Pixels))
                    return null;
                first ??= image;
            }
        }
        catch (ImageException)
        {
            // The end mark is not all that it lacks: what was wrong with the file as it stands is the better answer.
            return null;
        }

        return first;
    }

    private static RgbImage Read(ReadOnlySpan<byte> encoded, string format, long maxPixels)
    {
        using var data = SKData.CreateCopy(encoded);
        using var stream = new SKMemoryStream(data);
        using var codec = SKCodec.Create(stream) ?? throw new ImageException(
            ImageReason.BrokenHeader, $"The header of the {format} file is damaged or cut off; fetch the file again.");

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width < 1 || height < 1)
            throw new ImageException(ImageReason.BrokenHeader, $"The header announces {width} x {height} pixels.");
        if ((long)width * height > maxPixels)
        {
            throw new ImageException(ImageReason.TooManyPixels,
                $"The header announces {width} x {height} pixels, more than the limit of {maxPixels:N0}; scale the image down.");
        }

        var origin = format == ImageFormats.Png ? PngOrientation.Of(encoded) : codec.EncodedOrigin;
        if ((long)width * height <= LargePixels)
            return Read(codec, format, origin);
        LargeImage.Wait();
        try
        {
            return Read(codec, format, origin);
        }
        finally
        {
            LargeImage.Release();
        }
    }

    private static RgbImage Read(SKCodec codec, string format, SKEncodedOrigin origin)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        var alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        var length = checked(width * height * 4);
        var isPooled = length <= MostPooledBytes;
        var buffer = isPooled ? ArrayPool<byte>.Shared.Rent(length) : new byte[length];
        try
        {
            var rgba = buffer.AsSpan(0, length);
            ReadRgba(codec, new SKImageInfo(width, height, SKColorType.Rgba8888, alpha), rgba, format);
            var rgb = new RgbImage(width, height, alpha == SKAlphaType.Opaque ? DropAlpha(rgba) : OnWhite(rgba));
            return ImageOrientation.Apply(rgb, origin);
        }
        finally
        {
            if (isPooled)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static unsafe void ReadRgba(SKCodec codec, SKImageInfo info, Span<byte> rgba, string format)
    {
        fixed (byte* pixels = rgba)
        {
            var result = codec.GetPixels(info, (nint)pixels);
            if (result == SKCodecResult.Success)
                return;
            throw result switch
            {
                SKCodecResult.IncompleteInput => new ImageException(ImageReason.Truncated,
                    $"The {format} file ends before its {info.Width} x {info.Height} pixels do; fetch it again."),
                _ => throw new ImageException(ImageReason.Corrupt,
                    $"The {format} file is damaged ({result}); fetch it again."),
            };
        }
    }

    private static byte[] DropAlpha(ReadOnlySpan<byte> rgba)
    {
        var rgb = new byte[rgba.Length / 4 * 3];
        var (from, to) = (0, 0);
        // Four pixels at once; each store writes four bytes too many, which the next one overwrites.
        var threeOfFour = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
        for (; to <= rgb.Length - Vector128<byte>.Count; from += 16, to += 12)
            Vector128.Shuffle(Vector128.Create(rgba[from..]), threeOfFour).CopyTo(rgb, to);

        for (; from < rgba.Length; from += 4, to += 3)
        {
            rgb[to] = rgba[from];
            rgb[to + 1] = rgba[from + 1];
            rgb[to + 2] = rgba[from + 2];
        }

        return rgb;
    }

    private static byte[] OnWhite(ReadOnlySpan<byte> rgba)
    {
        var rgb = new byte[rgba.Length / 4 * 3];
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            var alpha = rgba[from + 3];
            rgb[to] = OverWhite(rgba[from], alpha);
            rgb[to + 1] = OverWhite(rgba[from + 1], alpha);
            rgb[to + 2] = OverWhite(rgba[from + 2], alpha);
        }

        return rgb;
    }

    // Adding 127 rounds to nearest: 255 is odd, so there are no ties.
    private static byte OverWhite(int sample, int alpha) => (byte)(((sample * alpha) + (255 * (255 - alpha)) + 127) / 255);
}
