using System.Text;

namespace ContrastivePipeline.Data.Images;

/// <summary>Recognises image files by their first bytes.</summary>
internal static class ImageFormats
{
    public const string Png = "PNG";
    public const string Jpeg = "JPEG";

    private static ReadOnlySpan<byte> PngStart => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegStart => [0xFF, 0xD8, 0xFF];

    /// <summary>"PNG", "JPEG", "WebP", "GIF", or null.</summary>
    public static string? Recognise(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngStart))
            return Png;
        if (file.StartsWith(JpegStart))
            return Jpeg;
        if (file.Length >= 12 && file[..4].SequenceEqual("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8))
            return "WebP";
        return file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) ? "GIF" : null;
    }

    /// <summary>What a file that is none of these seems to be, for a message.</summary>
    public static string Guess(ReadOnlySpan<byte> file)
    {
        var start = file[..Math.Min(file.Length, 512)];
        if (start.Length >= 12 && start[4..8].SequenceEqual("ftyp"u8))
        {
            return start[8..12].StartsWith("avi"u8) ? "an AVIF image"
                : start[8..12].StartsWith("he"u8) || start[8..12].StartsWith("mif1"u8) ? "a HEIC image" : "a video";
        }

        if (start.StartsWith("BM"u8))
            return "a BMP image";
        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8))
            return "a TIFF image or a camera's raw file";
        if (start.StartsWith("\0\0\u0001\0"u8))
            return "an icon (ICO)";
        if (start.StartsWith("8BPS"u8))
            return "a Photoshop file";
        if (start.StartsWith("%PDF"u8))
            return "a PDF document";
        if (start.StartsWith("version https://git-lfs"u8))
            return "a pointer of Git LFS (run 'git lfs pull')";
        if (start.Length >= 2 && ((start[0] == 0xFF && start[1] == 0x0A) || start.StartsWith("\0\0\0\fJXL "u8)))
            return "a JPEG XL image";
        var text = Encoding.Latin1.GetString(start).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase))
            return "an SVG drawing";
        if (text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
        {
            return "a web page (HTML)";
        }

        if (text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase))
            return "an XML document";
        return text.StartsWith('{') || text.StartsWith('[') ? "a JSON document" : "of an unknown kind";
    }
}
