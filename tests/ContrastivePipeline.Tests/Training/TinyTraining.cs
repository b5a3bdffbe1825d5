namespace ContrastivePipeline.Tests.Training;

/// <summary>A model and a set so small that a step takes milliseconds; every objective is on unless a test says otherwise.</summary>
internal static class TinyTraining
{
    public const int Side = 32;
    private const int EndOfText = 59;

    public static TrainingRecipe Recipe(
        ObjectiveWeights? objectives = null, int steps = 12, long seed = 1, double learningRate = 1e-3) => new(
        new ClipConfig(8, Side, new VisionConfig([1, 1, 1, 1], 4, 2), new TextConfig(EndOfText + 1, 12, 16, 2, 2, Dropout: 0.1)),
        objectives ?? Weights(0.25, 0.25, 1, 1), BatchSize: 8,
        new LearningRateSchedule(learningRate, 3, steps), new AdamWOptions(0.1), seed, new ImageAugmentation(Shift: 2, Flip: true));

    /// <summary>L_contra and what is given.</summary>
    public static ObjectiveWeights Weights(
        double cyclicCross = 0, double cyclicInModal = 0, double ls = 0, double ln = 0, bool inModal = false) =>
        (inModal ? InModal.SharedWithContrastive : new ObjectiveWeights())
            .With(CyclicCross.Name, cyclicCross).With(CyclicInModal.Name, cyclicInModal)
            .With(SentenceUnsupervised.Name, ls).With(SentenceSupervised.Name, ln);

    public static TrainingSet Set(int count = 50)
    {
        var random = new Random(7);
        var images = Enumerable.Range(0, count).Select(_ =>
        {
            var image = new byte[3 * Side * Side];
            random.NextBytes(image);
            return image;
        }).ToArray();
        int[] Text() => [EndOfText - 1, .. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(1, EndOfText - 1)), EndOfText];
        return new TrainingSet(
            new DecodedMedia(new ImageInput(Side), images), new TrainingPairs(images.Select((_, i) => new TrainingPair(i, Text()))),
            [.. Enumerable.Range(0, count).Select(_ => new TokenTriple(Text(), Text(), Text()))]);
    }

    /// <summary>Half of the pairs have the caption of another, some its concept or image; triples share anchors, positives and
    /// negatives.</summary>
    public static TrainingSet Repeated()
    {
        var set = Set();
        var (pairs, triples) = (set.Pairs, set.Triples);
        return new TrainingSet(
            new DecodedMedia(set.Media.Input, [.. pairs.Select(p => set.Media[p.MediaItem])]),
            new TrainingPairs(pairs.Select((_, i) =>
                new TrainingPair(i % 7 == 0 ? 0 : i, pairs[i % 2 == 0 ? i / 4 : i].Tokens) { Concept = i % 5 == 0 ? 0 : i })),
            [
                .. triples.Select((_, i) =>
                    new TokenTriple(triples[i / 2].Anchor, triples[i % 10].Positive, triples[(i + 1) % 10].Positive)),
            ]);
    }

    /// <summary>Trains from the start, or from a checkpoint, and returns the checkpoint after the last step.</summary>
    public static byte[] Train(TrainingRecipe recipe, TrainingSet set, long until, byte[]? from = null)
    {
        using var state = from is null ? new TrainingState(recipe) : WeightFiles.Restore(recipe, from, "checkpoint");
        foreach (var _ in new Trainer(state).Run(new BatchSource(set, recipe), until))
        {
        }
        return state.Save().Bytes();
    }
}
