namespace ContrastivePipeline.Tests.Tokenization;

public sealed class BytePairTrainerTests
{
    [Fact]
    public void Merges_are_those_of_the_worked_example()
    {
        // Sennrich et al., arXiv 1508.07909, section 3.2, with the end of a word on its last letter as in CLIP.
        // Counted by hand: e s 9 (before s t</w>, also 9), es t</w> 9, l o 7, and of the four pairs with 6 the first in order.
        var captions = Repeat("low", 5).Concat(Repeat("lower", 2)).Concat(Repeat("newest", 6)).Concat(Repeat("widest", 3));
        var merges = Train(captions, BytePairVocabulary.SmallestSize + 4).Merges;
        Assert.Equal([("e", "s"), ("es", "t</w>"), ("l", "o"), ("e", "w")], merges);
    }

    [Fact]
    public void Counts_kept_up_to_date_give_what_counting_anew_gives()
    {
        var random = new Random(11);
        string[] words = [.. Enumerable.Range(0, 300).Select(_ => Word(random))];
        string[] captions = [.. Enumerable.Range(0, 400).Select(_ => string.Join(' ', random.GetItems(words, 5)))];
        var expected = CountAnew(captions, 150);
        Assert.Equal(expected, Train(captions, BytePairVocabulary.SmallestSize + 150).Merges);
    }

    [Fact]
    public void The_order_of_captions_does_not_matter()
    {
        string[] captions = ["the dog runs", "the cat runs", "dogs and cats", "running dogs", "a cat, a dog", "the and the"];
        string[] shuffled = [.. captions.Reverse()];
        Assert.Equal(Train(captions, 540).Fingerprint, Train(shuffled, 540).Fingerprint);
    }

    [Fact]
    public void Pairs_that_occur_once_are_not_merged()
    {
        var vocabulary = Train(["abc", "xyz"], 10_000);
        Assert.Empty(vocabulary.Merges);
        Assert.Equal(BytePairVocabulary.SmallestSize, vocabulary.Size);
    }

    [Fact]
    public void Training_stops_at_the_size_asked_for() =>
        Assert.Equal(520, Train(Repeat("the quick brown fox", 3), 520).Size);

    [Fact]
    public void Captions_seen_in_training_become_whole_words()
    {
        var tokenizer = new BytePairTokenizer(Train(Repeat("grinning face", 3), 1_000));
        Assert.Equal(4, tokenizer.Encode("Grinning FACE", 77).Length);
    }

    [Fact]
    public void Writing_and_reading_gives_the_same_vocabulary()
    {
        var trained = Train(Repeat("naïve 東京 café don't!", 3), 560);
        using var stream = new MemoryStream();
        trained.Write(stream);
        stream.Position = 0;
        var read = BytePairVocabulary.Read(stream, "merges.txt");
        Assert.Equal(trained.Merges, read.Merges);
        Assert.Equal(trained.Fingerprint, read.Fingerprint);
        string text = "A naïve café in 東京!";
        Assert.Equal(new BytePairTokenizer(trained).Encode(text, 77), new BytePairTokenizer(read).Encode(text, 77));
    }

    [Fact]
    public void A_vocabulary_smaller_than_the_bytes_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Train(["a"], 513));

    private static BytePairVocabulary Train(IEnumerable<string> captions, int size) =>
        BytePairTrainer.Train(captions, size, cancellationToken: TestContext.Current.CancellationToken);

    private static IEnumerable<string> Repeat(string caption, int times) => Enumerable.Repeat(caption, times);

    private static string Word(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (char)('a' + random.Next(4))));

    /// <summary>The textbook loop: count all pairs, take the best, replace it, start over.</summary>
    private static List<(string Left, string Right)> CountAnew(string[] captions, int merges)
    {
        var words = captions.SelectMany(caption => caption.Split(' ')).GroupBy(word => word)
            .Select(word =>
                (Symbols: word.Key.Select((c, i) => i == word.Key.Length - 1 ? c + "</w>" : c.ToString()).ToList(), Count: word.Count()))
            .ToList();
        var learnt = new List<(string Left, string Right)>();
        var known = new HashSet<string>();
        var refused = new HashSet<(string, string)>();
        while (learnt.Count < merges)
        {
            var best = words.SelectMany(word => word.Symbols.Zip(word.Symbols.Skip(1), (left, right) => (Pair: (left, right), word.Count)))
                .GroupBy(pair => pair.Pair, pair => pair.Count)
                .Where(pair => !refused.Contains(pair.Key))
                .Select(pair => (pair.Key.left, pair.Key.right, Count: pair.Sum()))
                .OrderByDescending(pair => pair.Count)
                .ThenBy(pair => pair.left, StringComparer.Ordinal).ThenBy(pair => pair.right, StringComparer.Ordinal)
                .First();
            Assert.True(best.Count >= 2);
            if (!known.Add(best.left + best.right))
            {
                refused.Add((best.left, best.right));
                continue;
            }

            learnt.Add((best.left, best.right));
            foreach (var (symbols, _) in words)
            {
                for (int i = 0; i + 1 < symbols.Count; i++)
                {
                    if (symbols[i] != best.left || symbols[i + 1] != best.right)
                        continue;
                    symbols[i] += symbols[i + 1];
                    symbols.RemoveAt(i + 1);
                }
            }
        }

        return learnt;
    }
}
