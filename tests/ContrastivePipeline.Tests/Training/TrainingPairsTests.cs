namespace ContrastivePipeline.Tests.Training;

public sealed class TrainingPairsTests
{
    [Fact]
    public void Captions_come_back_as_they_were_added_also_across_blocks()
    {
        var random = new Random(5);
        // Edges of every length of a token, and enough texts for several blocks.
        int[] edges = [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 268_435_456, int.MaxValue];
        int[][] texts =
            [edges, [],
                .. Enumerable.Range(0, 30_000)
                .Select(_ => Enumerable.Range(0, random.Next(80)).Select(_ => random.Next(49_408)).ToArray())];
        var pairs = new TrainingPairs(texts.Select((text, i) => new TrainingPair(i % 7, text)));
        Assert.Equal(texts.Length, pairs.Count);
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Equal(texts[i], pairs.TokensOf(i));
            Assert.Equal(i % 7, pairs.MediaOf(i));
        }
        Assert.Equal(texts[2], pairs.Skip(2).First().Tokens);
    }

    [Fact]
    public void A_pair_has_the_concept_that_it_was_given_or_its_image_s_own()
    {
        var pairs = new TrainingPairs([new TrainingPair(4, [1]), new TrainingPair(5, [2]) { Concept = 4 }]);
        pairs.Add(6, 3, [7]);
        Assert.Equal([4, 4, 3], pairs.Select(pair => pair.Concept));
        Assert.Equal([4, 5, 6], pairs.Select(pair => pair.MediaItem));
    }

    [Fact]
    public void A_pair_without_its_image_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new TrainingSet(
            new DecodedMedia(new ImageInput(1), [new byte[3]]), new TrainingPairs([new TrainingPair(1, [1])]), []));
        Assert.Contains("media item 1 of 1", error.Message);
    }

    [Fact]
    public void A_million_captions_take_their_tokens_and_little_more()
    {
        var tokens = Enumerable.Range(0, 13).Select(i => 200 + i).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var pairs = new TrainingPairs();
        for (var i = 0; i < 1_000_000; i++)
            pairs.Add(i, i, tokens);
        // 26 bytes of tokens and 20 of the entry, the list grown by doubling: as arrays of int it would be 100 MB and more.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 46_000_000, 72_000_000);
    }
}
