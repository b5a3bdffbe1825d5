using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Images;

/// <summary>Images, decoded, resized and encoded again.</summary>
/// <param name="MediaSize">Short side of the stored images, 8 to 2,048 pixels.</param>
/// <param name="Encoding">Of the stored images: <c>png</c> or <c>jpeg</c>.</param>
public sealed record ImageFormat(int MediaSize, string Encoding = ImageEncoder.Png) : MediaFormat
{
    /// <summary>Of this kind.</summary>
    public const string KindName = "image";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <inheritdoc/>
    public override int MediaSize { get; init; } = MediaSize;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string SizeInWords => $"short side {MediaSize} pixels";

    /// <inheritdoc/>
    public override void Validate()
    {
        if (MediaSize is < 8 or > 2_048)
            throw new ArgumentException($"A media size of {MediaSize} pixels is impossible; use 8 to 2,048.");
        if (Encoding is not (ImageEncoder.Png or ImageEncoder.Jpeg))
        {
            throw new ArgumentException(
                $"'{Encoding}' is not an encoding of stored media; use '{ImageEncoder.Png}' or '{ImageEncoder.Jpeg}'.");
        }
    }

    /// <inheritdoc/>
    public override MediaRow Store(string id, ReadOnlySpan<byte> file)
    {
        var image = ImageDecoder.Decode(file);
        CheckShape(image);
        var resized = ImageResizer.ResizeShortSide(image, MediaSize);
        var bytes = ImageEncoder.Encode(resized, Encoding);
        return new MediaRow(id, bytes, resized.Width, resized.Height, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <inheritdoc/>
    public override string? FindFault(MediaRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        try
        {
            var image = ImageDecoder.Decode(row.Bytes);
            return (image.Width, image.Height) == (row.Width, row.Height) && Math.Min(row.Width, row.Height) == MediaSize
                ? null
                : $"Media item '{row.Id}' is {image.Width} x {image.Height} pixels; its row says {row.Width} x {row.Height}, " +
                    $"and the manifest a short side of {MediaSize}.";
        }
        catch (ImageException error)
        {
            return $"Media item '{row.Id}': {error.Message}";
        }
    }

    // Sides and area that the encoder and every later decoder take.
    private void CheckShape(RgbImage image)
    {
        var (width, height) = ImageResizer.ShortSideTo(image.Width, image.Height, MediaSize);
        if (width * height <= ImageDecoder.DefaultMaxPixels && Math.Max(width, height) <= ImageEncoder.LongestSide(Encoding))
            return;
        throw new ImageException(ImageReason.TooThin, $"The image of {image.Width} x {image.Height} pixels would be " +
            $"{width} x {height} after resizing; crop it.");
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "What is stored names the kind, and nothing else may have used this assembly before.")]
    internal static void AddKind() => Kinds.Add<MediaFormat>(KindName, typeof(ImageFormat), isUsual: true);
}
