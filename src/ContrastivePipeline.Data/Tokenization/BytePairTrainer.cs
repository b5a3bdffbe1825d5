using System.Runtime.InteropServices;
using System.Text;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>
/// Learns a byte-pair vocabulary from captions: again and again the most frequent pair of neighbouring symbols becomes one
/// symbol (Sennrich et al., arXiv 1508.07909). The result depends on the words and their counts alone, not on their order.
/// </summary>
public static class BytePairTrainer
{
    private const int SmallestCount = 2;

    /// <summary>Trains a vocabulary.</summary>
    /// <param name="captions">Captions; they are cleaned and split as <see cref="BytePairTokenizer"/> does.</param>
    /// <param name="vocabularySize">
    /// Ids wanted, at least <see cref="BytePairVocabulary.SmallestSize"/>; fewer come out where no pair is left that occurs twice.
    /// </param>
    /// <param name="cancellationToken">Stops the training.</param>
    public static BytePairVocabulary Train(
        IEnumerable<string> captions, int vocabularySize, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(captions);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, BytePairVocabulary.SmallestSize);
        var vocabulary = BytePairVocabulary.Empty();
        var pairs = new PairCounts(CountWords(captions, cancellationToken), vocabulary);
        while (vocabulary.Size < vocabularySize && pairs.TakeMostFrequent(SmallestCount) is var (left, right))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (vocabulary.Add(left, right) is { } symbol)
                pairs.Merge(left, right, symbol);
        }

        return vocabulary;
    }

    private static List<(int[] Symbols, long Count)> CountWords(IEnumerable<string> captions, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>();
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string caption in captions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var word in new CaptionWords(CaptionText.Clean(caption)))
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, word, out _)++;
        }

        counts.Remove(CaptionWords.StartOfText);
        counts.Remove(CaptionWords.EndOfText);
        return [.. counts.Select(word => (Symbols(word.Key), word.Value))];
    }

    private static int[] Symbols(string word)
    {
        int[] symbols = Array.ConvertAll(Encoding.UTF8.GetBytes(word), ByteAlphabet.IdOf);
        symbols[^1] += 256;
        return symbols;
    }
}
