namespace ContrastivePipeline.Data.Images;

/// <summary>A JPEG without its end mark may have every pixel. The decoder shows whether it has: bytes after the last pixel change nothing,
/// and bytes in the place of missing pixels do.</summary>
internal static class JpegEnd
{
    private const int PaddingLength = 1_024, Coefficients = 64;
    private const byte StartOfScan = 0xDA, EndOfImage = 0xD9, Prefix = 0xFF;

    // No byte of them is 0xFF, which would be a marker.
    private static readonly byte[][] Paddings =
        [[], [.. Enumerable.Range(0, PaddingLength).Select(i => (byte)((i * 151 % 254) + 1))],
            [.. Enumerable.Repeat((byte)0x55, PaddingLength)]];

    /// <summary>The file with an end mark, and with an end mark behind other bytes: one image if all pixels are there. None where the file
    /// has its end mark, or where whole scans are missing.</summary>
    public static IEnumerable<byte[]> Completions(byte[] jpeg) => jpeg.AsSpan().EndsWith([Prefix, EndOfImage]) || !HasAllScans(jpeg)
        ? []
        : Paddings.Select(padding => (byte[])[.. jpeg, .. padding, Prefix, EndOfImage]);

    // Every coefficient of every component has been sent to its last bit.
    private static bool HasAllScans(ReadOnlySpan<byte> jpeg)
    {
        var missing = new Dictionary<byte, int[]>();
        var isProgressive = false;
        for (var at = 2; at + 4 <= jpeg.Length;)
        {
            if (jpeg[at] != Prefix || jpeg[at + 1] is 0x00 or 0x01 or Prefix or (>= 0xD0 and <= 0xD7))
            {
                at++;
                continue;
            }

            var marker = jpeg[at + 1];
            var length = (jpeg[at + 2] << 8) | jpeg[at + 3];
            if (marker == EndOfImage || length < 2 || at + 2 + length > jpeg.Length)
                break;
            var segment = jpeg.Slice(at + 4, length - 2);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                isProgressive = ReadFrame(marker, segment, missing);

            if (marker == StartOfScan)
                ReadScan(segment, isProgressive, missing);

            at += 2 + length;
        }

        return missing.Count > 0 && missing.Values.All(component => component.All(bits => bits == 0));
    }

    private static bool ReadFrame(byte marker, ReadOnlySpan<byte> frame, Dictionary<byte, int[]> missing)
    {
        for (var i = 6; i < frame.Length; i += 3)
            missing[frame[i]] = [.. Enumerable.Repeat(int.MaxValue, Coefficients)];

        return marker is 0xC2 or 0xC6 or 0xCA or 0xCE;
    }

    private static void ReadScan(ReadOnlySpan<byte> scan, bool isProgressive, Dictionary<byte, int[]> missing)
    {
        var count = scan.Length == 0 ? 0 : scan[0];
        if (scan.Length < (2 * count) + 4)
            return;
        var (first, last, left) = isProgressive
            ? (scan[(2 * count) + 1], Math.Min((int)scan[(2 * count) + 2], Coefficients - 1), scan[(2 * count) + 3] & 15)
            : (0, Coefficients - 1, 0);
        for (var i = 0; i < count; i++)
        {
            if (missing.TryGetValue(scan[1 + (2 * i)], out var bits))
                bits.AsSpan(first..(last + 1)).Fill(left);
        }
    }
}
