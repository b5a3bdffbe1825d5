namespace ContrastivePipeline.Data.Pictures;

/// <summary>Recognises picture files by their first bytes.</summary>
internal static class PictureFormats
{
    private static ReadOnlySpan<byte> Png => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    /// <summary>"PNG", "JPEG", "WebP", "GIF", or null.</summary>
    public static string? Recognise(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(Png)) return "PNG";
        if (file.StartsWith(Jpeg)) return "JPEG";
        if (file.Length >= 12 && file[..4].SequenceEqual("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8)) return "WebP";
        return file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) ? "GIF" : null;
    }
}
