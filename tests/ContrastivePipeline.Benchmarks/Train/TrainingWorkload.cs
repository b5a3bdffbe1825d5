using System.Text.Json;

namespace ContrastivePipeline.Benchmarks.Train;

/// <summary>
/// Pairs drawn at random for the demo's model and step (src/experiments/demo.yaml), or the paper's (src/experiments/paper-vl.yaml), and the same
/// for the peer.
/// </summary>
internal static class TrainingWorkload
{
    public const int Batch = 128;
    private const int Side = 64;
    private const int Context = 32;
    private const int Vocabulary = 4096;
    private const int ImageCount = 512;
    private const int PairCount = 2048;

    public static TrainingRecipe Recipe(ObjectiveWeights objectives) => new(
        new ClipConfig(128, Side, new VisionConfig([1, 1, 1, 1], 16, 8), new TextConfig(Vocabulary, Context, 128, 4, 3, Dropout: 0.1)),
        objectives, Batch, new LearningRateSchedule(1e-3, 50, 400), new AdamWOptions(0.1), Seed: 1, new ImageAugmentation(Shift: 4));

    /// <summary>The paper's model with a batch that a CPU bears; captions are cut to the same 32 tokens, which few reach.</summary>
    public static TrainingRecipe PaperRecipe(ObjectiveWeights objectives, int batch) => new(
        new ClipConfig(1024, 224, new VisionConfig([3, 4, 6, 3], 64, 32), new TextConfig(49_408, 77, 512, 8, 12, Dropout: 0.1)),
        objectives, batch, new LearningRateSchedule(5e-4, 10_000, 1_300_000), new AdamWOptions(0.1), Seed: 1, new ImageAugmentation());

    public static TrainingSet Create() => Create((ClipConfig)Recipe(new ObjectiveWeights()).Model, ImageCount, PairCount, tripleCount: 0);

    /// <summary>Images of noise, captions and sentences as long as captions are.</summary>
    public static TrainingSet Create(ClipConfig model, int imageCount, int pairCount, int tripleCount)
    {
        var random = new Random(7);
        var images = new byte[imageCount][];
        for (var i = 0; i < images.Length; i++)
            random.NextBytes(images[i] = new byte[3 * model.ImageSize * model.ImageSize]);
        int[] Text() => Caption(random, model.Text.VocabularySize);
        var pairs = Enumerable.Range(0, pairCount).Select(i => new TrainingPair(i % imageCount, Text()));
        return new TrainingSet(
            new DecodedMedia(new ImageInput(model.ImageSize), images), new TrainingPairs(pairs),
            [.. Enumerable.Range(0, tripleCount).Select(_ => new TokenTriple(Text(), Text(), Text()))]);
    }

    /// <summary>Writes the set for the peer: images one after the other as bytes, captions and sizes as JSON.</summary>
    public static void Write(TrainingSet set, TrainingRecipe recipe, string folder)
    {
        var (model, text) = ((ClipConfig)recipe.Model, recipe.Model.Text);
        using (var images = File.Create(Path.Combine(folder, "images.bin")))
        {
            for (var i = 0; i < set.Media.Count; i++)
                images.Write(set.Media[i]);
        }

        File.WriteAllText(Path.Combine(folder, "train.json"), JsonSerializer.Serialize(new
        {
            batch = recipe.BatchSize,
            shift = ((ImageAugmentation)recipe.Augmentation).Shift,
            model = new
            {
                side = model.ImageSize,
                embedding = model.EmbeddingSize,
                layers = model.Vision.Layers,
                width = model.Vision.Width,
                heads = model.Vision.Heads,
                vocabulary = text.VocabularySize,
                context = text.ContextLength,
                text_width = text.Width,
                text_heads = text.Heads,
                text_layers = text.Layers,
            },
            images = set.Pairs.Select(p => p.MediaItem),
            tokens = set.Pairs.Select(p => p.Tokens),
        }));
    }

    /// <summary>Ids with start and end, as many as captions have: log-normal, 13 on average, 32 at most.</summary>
    private static int[] Caption(Random random, int vocabulary)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var length = Math.Clamp((int)Math.Round(Math.Exp(2.5 + (0.38 * normal))), 4, Context);
        return [vocabulary - 2, .. Enumerable.Range(2, length - 2).Select(_ => random.Next(1, vocabulary - 2)), vocabulary - 1];
    }
}
