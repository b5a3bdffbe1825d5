using System.Text.Json;

namespace ContrastivePipeline.Tests.Tokenization;

public sealed class ClipReferenceTests
{
    private static readonly Lazy<BytePairTokenizer> Clip = new(() => new(BytePairVocabulary.Open(
        Path.Combine(Shared.Folder!, "data/tokenizer/bpe_simple_vocab_16e6.txt.gz"), BytePairVocabulary.ClipSize), CaptionCleanup.Clip));

    [Fact]
    public void Ids_are_those_of_CLIPs_own_tokenizer()
    {
        string path = Shared.Require("data/tokenizer/clip_reference.jsonl");
        int compared = 0;
        foreach (string line in File.ReadLines(path))
        {
            using var reference = JsonDocument.Parse(line);
            string text = reference.RootElement.GetProperty("text").GetString()!;
            Assert.Equal(Ids(reference, "ids"), Clip.Value.Encode(text, int.MaxValue));
            // CLIP pads with zeros; the tokenizer here does not pad.
            int[] cut = Clip.Value.Encode(text, 77);
            Assert.Equal(Ids(reference, "ids77_truncated"), cut.Concat(new int[77 - cut.Length]));
            compared++;
        }

        Assert.True(compared >= 179, $"Only {compared} references were compared.");
    }

    [Fact]
    public void Special_ids_are_the_two_highest_of_49408()
    {
        Shared.Require("data/tokenizer/bpe_simple_vocab_16e6.txt.gz");
        Assert.Equal(49_408, Clip.Value.VocabularySize);
        Assert.Equal(49_406, Clip.Value.StartOfText);
        Assert.Equal(49_407, Clip.Value.EndOfText);
    }

    [Theory]
    [InlineData("a dog")]
    [InlineData("東京 の 犬 𝒜𝒷 😀 naïve")]
    [InlineData("x=1;y=22 <b>")]
    public void Decoding_gives_the_words_back(string text)
    {
        Shared.Require("data/tokenizer/bpe_simple_vocab_16e6.txt.gz");
        string decoded = Clip.Value.Decode(Clip.Value.Encode(text, 77));
        Assert.Equal(CaptionText.Clean(text, CaptionCleanup.Clip).Replace(" ", ""), decoded.Replace(" ", ""));
    }

    private static int[] Ids(JsonDocument reference, string name) =>
        [.. reference.RootElement.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
