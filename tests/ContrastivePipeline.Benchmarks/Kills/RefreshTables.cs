using System.Text;
using SkiaSharp;

namespace ContrastivePipeline.Benchmarks.Kills;

/// <summary>A dataset of 200 small images with 200 captions each, which is three parts, and tables that change some of them.</summary>
internal static class RefreshTables
{
    private const int Media = 200;
    private const int CaptionsEach = 200;

    /// <summary>Draws the images and writes the pairs.</summary>
    /// <returns>Path of the table of pairs.</returns>
    public static string WriteDataset(string folder)
    {
        var table = new StringBuilder("image,caption\n");
        for (var i = 0; i < Media; i++)
        {
            using var bitmap = new SKBitmap(new SKImageInfo(8, 8, SKColorType.Rgba8888, SKAlphaType.Opaque));
            bitmap.Erase(new SKColor((byte)i, 0, 0));
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(folder, Id(i)), data.ToArray());
            for (var j = 0; j < CaptionsEach; j++)
                table.Append($"{Id(i)},image {i} as painter {j} saw it\n");
        }
        var path = Path.Combine(folder, "pairs.csv");
        File.WriteAllText(path, table.ToString());
        return path;
    }

    /// <summary>Writes a table that changes one caption in a hundred, adds one and has one row that is rejected.</summary>
    public static string WriteTable(string folder, int number)
    {
        var table = new StringBuilder("id,caption_index,caption\n");
        for (var i = 0; i < Media; i++)
        {
            table.Append($"{Id(i)},{number % CaptionsEach},image {i} in the light of day {number}\n");
            table.Append($"{Id(i)},{(number + 100) % CaptionsEach},image {i} in the night of day {number}\n");
        }
        table.Append($"{Id(0)},{CaptionsEach + number},one more on day {number}\nnothing.png,0,no such image\n");
        var path = Path.Combine(folder, $"day-{number}.csv");
        File.WriteAllText(path, table.ToString());
        return path;
    }

    private static string Id(int number) => $"{number:D3}.png";
}
