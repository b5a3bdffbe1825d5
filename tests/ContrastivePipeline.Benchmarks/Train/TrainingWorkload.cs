using System.Text.Json;
using ContrastivePipeline.Modeling.Clip;
using ContrastivePipeline.Training;
using ContrastivePipeline.Training.Batches;
using ContrastivePipeline.Training.Objectives;
using ContrastivePipeline.Training.Optimization;

namespace ContrastivePipeline.Benchmarks.Train;

/// <summary>The demo's model and step (src/experiments/demo.yaml) on pairs drawn at random, and the same for the peer.</summary>
internal static class TrainingWorkload
{
    public const int Batch = 128;
    private const int Side = 64;
    private const int Context = 32;
    private const int Vocabulary = 4096;
    private const int PictureCount = 512;
    private const int PairCount = 2048;

    public static TrainingRecipe Recipe(ObjectiveWeights objectives) => new(
        new ClipConfig(128, Side, new VisionConfig([1, 1, 1, 1], 16, 8), new TextConfig(Vocabulary, Context, 128, 4, 3, Dropout: 0.1)),
        objectives, Batch, new LearningRateSchedule(1e-3, 50, 400), new AdamWOptions(0.1), Seed: 1, new Augmentation(Shift: 4));

    public static TrainingSet Create()
    {
        var random = new Random(7);
        var pictures = new byte[PictureCount][];
        for (var i = 0; i < pictures.Length; i++)
            random.NextBytes(pictures[i] = new byte[3 * Side * Side]);
        var pairs = Enumerable.Range(0, PairCount).Select(i => new TrainingPair(i % PictureCount, Caption(random)));
        return new TrainingSet(Side, pictures, [.. pairs], []);
    }

    /// <summary>Writes the set for the peer: pictures one after the other as bytes, captions and sizes as JSON.</summary>
    public static void Write(TrainingSet set, string folder)
    {
        using (var pictures = File.Create(Path.Combine(folder, "pictures.bin")))
        {
            for (var i = 0; i < set.Pictures.Count; i++)
                pictures.Write(set.Pictures[i]);
        }

        File.WriteAllText(Path.Combine(folder, "train.json"), JsonSerializer.Serialize(new
        {
            side = Side,
            context = Context,
            vocabulary = Vocabulary,
            batch = Batch,
            pictures = set.Pairs.Select(p => p.Picture),
            tokens = set.Pairs.Select(p => p.Tokens),
        }));
    }

    /// <summary>Ids with start and end, as many as captions have: log-normal, 13 on average, 32 at most.</summary>
    private static int[] Caption(Random random)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var length = Math.Clamp((int)Math.Round(Math.Exp(2.5 + (0.38 * normal))), 4, Context);
        return [Vocabulary - 2, .. Enumerable.Range(2, length - 2).Select(_ => random.Next(1, Vocabulary - 2)), Vocabulary - 1];
    }
}
