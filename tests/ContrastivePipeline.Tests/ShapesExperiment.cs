using System.Text;
using SkiaSharp;

namespace ContrastivePipeline.Tests;

/// <summary>An experiment of seconds, on images that it draws itself: 60 discs with captions, two variants, three segments each.</summary>
internal static class ShapesExperiment
{
    private const string Yaml =
        """
        name: shapes
        dataset: { name: shapes, source: { kind: pairs, path: pairs.csv, test_fraction: 0.3 }, image: { size: 32 } }
        tokenizer: { kind: trained, vocabulary: 600 }
        model: { embedding: 16, context: 16, vision: { layers: [1, 1, 1, 1], width: 4, heads: 2 }, text: { width: 16, layers: 1, heads: 2 } }
        training: { batch: 16, steps: 6, segment: 2, warmup: 1, checkpoint_seconds: 1 }
        variants: [clip, cyclip+ls]
        """;

    private static readonly (string Name, SKColor Color)[] Colors =
        [("red", SKColors.Red), ("green", SKColors.Green), ("blue", SKColors.Blue), ("black", SKColors.Black), ("orange", SKColors.Orange)];

    /// <summary>Draws the images and writes the experiment file, unless they are there.</summary>
    /// <returns>Path of the experiment file.</returns>
    public static string Draw(string folder)
    {
        var file = Path.Combine(folder, "shapes.yaml");
        if (File.Exists(file))
            return file;
        var table = new StringBuilder("image,caption\n");
        for (var i = 0; i < 60; i++)
        {
            var (name, color) = Colors[i % Colors.Length];
            using var bitmap = new SKBitmap(40, 36);
            using (var canvas = new SKCanvas(bitmap))
            using (var paint = new SKPaint { Color = color })
            {
                canvas.Clear(SKColors.White);
                canvas.DrawCircle(8 + i % 24, 18, 6 + i % 7, paint);
            }
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), data.ToArray());
            table.Append($"{i}.png,a {name} disc number {i}\n");
        }
        File.WriteAllText(Path.Combine(folder, "pairs.csv"), table.ToString());
        File.WriteAllText(file, Yaml);
        return file;
    }
}
