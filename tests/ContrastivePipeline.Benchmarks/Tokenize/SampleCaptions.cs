using System.Text;

namespace ContrastivePipeline.Benchmarks.Tokenize;

/// <summary>
/// Captions of words made of syllables, which come up as words do: a few very often, most seldom (Zipf's law). About ten words each.
/// </summary>
internal static class SampleCaptions
{
    private const int WordCount = 8_000;
    private static readonly string[] Syllables =
        ["ba", "cor", "den", "el", "fi", "gra", "ho", "ing", "ju", "ka", "lo", "men", "no", "or", "pel", "qua", "ri", "sta", "ter", "un",
            "ver", "wi", "ya", "zo"];

    public static string[] Create(int count)
    {
        var random = new Random(7);
        var words = Enumerable.Range(0, WordCount).Select(_ => Word(random)).ToArray();
        return [.. Enumerable.Range(0, count).Select(_ => Caption(words, random))];
    }

    private static string Word(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Syllables[random.Next(Syllables.Length)]));

    private static string Caption(string[] words, Random random)
    {
        var text = new StringBuilder("A");
        for (var i = random.Next(4, 15); i > 0; i--)
            text.Append(random.Next(12) == 0 ? ", " : " ").Append(words[(int)Math.Pow(WordCount, random.NextDouble()) - 1]);
        return text.Append('.').ToString();
    }
}
