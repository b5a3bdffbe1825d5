using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ContrastivePipeline.Tests.Data.Images;

/// <summary>Writes PNG files of any colour type and depth, sound or not, so that tests know every byte in them.</summary>
internal static class PngMaker
{
    /// <summary>A PNG of the given scan lines (without filter bytes).</summary>
    public static byte[] Make(
        int width, int height, byte depth, byte colourType, byte[] samples, byte[]? palette = null, byte[]? transparency = null,
        byte[]? exif = null, bool exifBehind = false)
    {
        using var stream = new MemoryStream();
        stream.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = depth;
        header[9] = colourType;
        Chunk(stream, "IHDR", header);
        if (exif is not null && !exifBehind)
        {
            Chunk(stream, "eXIf", exif);
        }

        if (palette is not null)
        {
            Chunk(stream, "PLTE", palette);
        }

        if (transparency is not null)
        {
            Chunk(stream, "tRNS", transparency);
        }

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var stride = samples.Length / Math.Max(height, 1);
            for (var at = 0; stride > 0 && at < samples.Length; at += stride)
            {
                zlib.WriteByte(0);
                zlib.Write(samples, at, stride);
            }
        }

        Chunk(stream, "IDAT", packed.ToArray());
        if (exif is not null && exifBehind)
        {
            Chunk(stream, "eXIf", exif);
        }

        Chunk(stream, "IEND", []);
        return stream.ToArray();
    }

    /// <summary>An RGB PNG.</summary>
    public static byte[] Rgb(int width, int height, byte[] samples) => Make(width, height, 8, 2, samples);

    /// <summary>A small RGB PNG of one colour.</summary>
    public static byte[] Solid(int width, int height, byte red, byte green, byte blue)
    {
        var samples = new byte[width * height * 3];
        for (var i = 0; i < samples.Length; i += 3)
        {
            (samples[i], samples[i + 1], samples[i + 2]) = (red, green, blue);
        }

        return Rgb(width, height, samples);
    }

    /// <summary>A PNG whose header announces any size, with the data of one pixel.</summary>
    public static byte[] Lying(int width, int height)
    {
        using var stream = new MemoryStream(Solid(1, 1, 1, 2, 3));
        var file = stream.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc(file.AsSpan(12, 17)));
        return file;
    }

    private static void Chunk(MemoryStream stream, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        stream.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        stream.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
