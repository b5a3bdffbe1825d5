using System.Text;

namespace ContrastivePipeline.Tests.Tokenization;

public sealed class BytePairTokenizerTests
{
    private static readonly string[] Captions =
        ["a red dog runs", "a red cat sleeps", "the dog's bone", "two dogs run in the rain", "a cat and a dog", "red, red rain!"];

    private static readonly BytePairTokenizer Tokenizer = Make();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Decoding_gives_back_the_characters_of_any_text(int seed)
    {
        string text = RandomText(new Random(seed), 60);
        string decoded = Tokenizer.Decode(Tokenizer.Encode(text, int.MaxValue));
        Assert.Equal(WithoutSpace(CaptionText.Clean(text, CaptionCleanup.Plain)), WithoutSpace(decoded));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Cutting_keeps_the_first_ids_and_the_end(int seed)
    {
        string text = RandomText(new Random(seed), 40);
        int[] whole = Tokenizer.Encode(text, int.MaxValue);
        for (int length = 2; length <= whole.Length + 1; length++)
        {
            int[] cut = Tokenizer.Encode(text, length);
            Assert.Equal([.. whole[..(Math.Min(length, whole.Length) - 1)], Tokenizer.EndOfText], cut);
        }
    }

    [Fact]
    public void The_end_is_the_highest_id_and_comes_once()
    {
        int[] ids = Tokenizer.Encode("a red dog", 77);
        Assert.Equal(Tokenizer.StartOfText, ids[0]);
        Assert.Equal(Tokenizer.EndOfText, ids[^1]);
        Assert.Equal(Tokenizer.VocabularySize - 1, Tokenizer.EndOfText);
        Assert.All(ids[..^1], id => Assert.True(id < Tokenizer.EndOfText));
    }

    [Fact]
    public void Many_threads_get_what_one_gets()
    {
        var random = new Random(7);
        string[] texts = [.. Enumerable.Range(0, 2_000).Select(_ => RandomText(random, 12))];
        var alone = Make();
        int[][] expected = Array.ConvertAll(texts, text => alone.Encode(text, 32));
        var together = Make();
        Parallel.For(0, texts.Length * 4, i => Assert.Equal(expected[i % texts.Length], together.Encode(texts[i % texts.Length], 32)));
    }

    [Fact]
    public void A_word_of_a_hundred_thousand_letters_is_encoded_whole()
    {
        var random = new Random(3);
        string word = string.Concat(Enumerable.Range(0, 100_000).Select(_ => (char)('a' + random.Next(26))));
        string decoded = Tokenizer.Decode(Tokenizer.Encode(word, int.MaxValue));
        Assert.Equal(word + " ", decoded);
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_a_replacement_character() =>
        Assert.Equal("a \uFFFD b ", Tokenizer.Decode(Tokenizer.Encode("a \ud83d b", 77)));

    [Fact]
    public void A_spelt_out_special_token_gets_its_id_as_in_CLIP() =>
        Assert.Equal(
            [Tokenizer.StartOfText, Tokenizer.EndOfText, Tokenizer.EndOfText], Tokenizer.Encode("<|ENDOFTEXT|>", 77));

    [Fact]
    public void A_context_without_room_for_start_and_end_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.Encode("a", 1));

    [Fact]
    public void An_id_outside_the_vocabulary_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.Decode([Tokenizer.VocabularySize]));

    private static BytePairTokenizer Make() => new(BytePairTrainer.Train(Captions, 560));

    private static string WithoutSpace(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static string RandomText(Random random, int length)
    {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++)
        {
            int value = random.Next(10) switch
            {
                < 5 => random.Next('a', 'z' + 1),
                < 6 => ' ',
                < 7 => random.Next(0x21, 0x7F),
                < 8 => random.Next(0xA1, 0x250),
                < 9 => random.Next(0x4E00, 0x5000),
                _ => random.Next(0x1F300, 0x1F600),
            };
            text.Append(new Rune(value));
        }

        return text.ToString();
    }
}
