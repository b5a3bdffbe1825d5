using ContrastivePipeline.Benchmarks.Prepare;
using ContrastivePipeline.Data.Pictures;

namespace ContrastivePipeline.Benchmarks.Units;

/// <summary>Bytes of pictures as a dataset stores them.</summary>
internal static class PictureUnits
{
    private const int Side = 224;

    /// <param name="folder">A folder of photographs, JPEG; null for drawn ones.</param>
    public static void Write(string? folder)
    {
        byte[][] files = folder is null
            ? [.. Enumerable.Range(0, 32).Select(SamplePictures.Photograph)]
            : [.. Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories).Where(IsJpeg).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        // A picture that has to be enlarged has less to store than others.
        var large = files.Select(file => PictureDecoder.Decode(file)).Where(picture => Math.Min(picture.Width, picture.Height) >= Side);
        var stored = large.Select(picture => PictureResizer.ResizeShortSide(picture, Side)).ToArray();
        if (stored.Length == 0)
            throw new ArgumentException($"The folder {folder} has no JPEG of {Side} × {Side} pixels or more.");
        var square = stored.Select(picture => picture.CentreCrop(Side));
        Console.WriteLine(
            $"pictures: {stored.Length} {(folder is null ? "drawn" : "from the folder")}; "
            + $"short side {Side}: {stored.Average(p => (double)p.Width * p.Height / Side / Side):F2} squares, "
            + $"JPEG {Mean(stored, PictureEncoder.Jpeg) / 1e3:F1} kB, PNG {Mean(stored, PictureEncoder.Png) / 1e3:F1} kB; "
            + $"the square that trains as JPEG {Mean(square, PictureEncoder.Jpeg) / 1e3:F1} kB");
    }

    private static double Mean(IEnumerable<RgbPicture> pictures, string encoding) => pictures.Average(p => PictureEncoder.Encode(p, encoding).Length);

    private static bool IsJpeg(string path) => Path.GetExtension(path).ToUpperInvariant() is ".JPG" or ".JPEG";
}
