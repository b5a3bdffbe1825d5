namespace ContrastivePipeline.Benchmarks.Units;

/// <summary>Bytes of images as a dataset stores them.</summary>
internal static class ImageUnits
{
    private const int Side = 224;

    /// <param name="folder">A folder of photographs, JPEG; null for drawn ones.</param>
    public static void Write(string? folder)
    {
        byte[][] files = folder is null
            ? [.. Enumerable.Range(0, 32).Select(SampleImages.Photograph)]
            : [.. Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories).Where(IsJpeg).Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes)];
        // An image that has to be enlarged has less to store than others.
        var large = files.Select(file => ImageDecoder.Decode(file)).Where(image => Math.Min(image.Width, image.Height) >= Side);
        var stored = large.Select(image => ImageResizer.ResizeShortSide(image, Side)).ToArray();
        if (stored.Length == 0)
            throw new ArgumentException($"The folder {folder} has no JPEG of {Side} × {Side} pixels or more.");
        var square = stored.Select(image => image.CentreCrop(Side));
        Console.WriteLine(
            $"images: {stored.Length} {(folder is null ? "drawn" : "from the folder")}; "
            + $"short side {Side}: {stored.Average(p => (double)p.Width * p.Height / Side / Side):F2} squares, "
            + $"JPEG {Mean(stored, ImageEncoder.Jpeg) / 1e3:F1} kB, PNG {Mean(stored, ImageEncoder.Png) / 1e3:F1} kB; "
            + $"the square that trains as JPEG {Mean(square, ImageEncoder.Jpeg) / 1e3:F1} kB");
    }

    private static double Mean(IEnumerable<RgbImage> images, string encoding) =>
        images.Average(p => ImageEncoder.Encode(p, encoding).Length);

    private static bool IsJpeg(string path) => Path.GetExtension(path).ToUpperInvariant() is ".JPG" or ".JPEG";
}
