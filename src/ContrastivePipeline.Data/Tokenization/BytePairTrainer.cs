using System.Runtime.InteropServices;
using System.Text;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>Learns a byte-pair vocabulary from captions: again and again the most frequent pair of neighbouring symbols becomes one symbol
/// (Sennrich et al., arXiv 1508.07909). The result depends on the words and their counts alone, not on their order.</summary>
public static class BytePairTrainer
{
    private const int SmallestCount = 2;

    /// <summary>Trains a vocabulary.</summary>
    /// <param name="captions">Captions; they are cleaned and split as <see cref="BytePairTokenizer"/> does.</param>
    /// <param name="vocabularySize">Ids wanted, at least <see cref="BytePairVocabulary.SmallestSize"/>; fewer come out where no pair is
    /// left that occurs twice.</param>
    public static BytePairVocabulary Train(
        IEnumerable<string> captions, int vocabularySize, CaptionCleanup cleanup = CaptionCleanup.Plain,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(captions);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, BytePairVocabulary.SmallestSize);
        var vocabulary = BytePairVocabulary.Empty();
        var pairs = new PairCounts(CountWords(captions, cleanup, cancellationToken), vocabulary);
        while (vocabulary.Size < vocabularySize && pairs.TakeMostFrequent(SmallestCount) is var (left, right))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (vocabulary.Add(left, right) is { } symbol)
                pairs.Merge(left, right, symbol);
        }

        return vocabulary;
    }

    private static List<(int[] Symbols, long Count)> CountWords(
        IEnumerable<string> captions, CaptionCleanup cleanup, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>();
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string caption in captions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var word in new CaptionWords(CaptionText.Clean(caption, cleanup)))
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

/// <summary>How often each pair of neighbours occurs in a list of words, kept up to date while pairs are merged.</summary>
internal sealed class PairCounts
{
    private readonly List<(int[] Symbols, long Count)> _words;
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _wordsOf = [];
    private readonly PriorityQueue<(int Left, int Right), Rank> _queue;

    public PairCounts(List<(int[] Symbols, long Count)> words, BytePairVocabulary vocabulary)
    {
        _words = words;
        _queue = new(new RankOrder(vocabulary));
        for (int word = 0; word < words.Count; word++)
            Count(word, sign: 1, changed: null);

        foreach (var pair in _counts.Keys)
            Enqueue(pair);
    }

    /// <summary>Takes the most frequent pair, of equals the one whose symbols come first in ordinal order; null where none occurs
    /// <paramref name="smallestCount"/> times.</summary>
    public (int Left, int Right)? TakeMostFrequent(int smallestCount)
    {
        while (_queue.TryDequeue(out var pair, out var rank))
        {
            long count = _counts.GetValueOrDefault(pair);
            if (count == rank.Count && count >= smallestCount)
                return pair;
            // Counts that fell are queued under the old one: only now does it matter.
            if (count < rank.Count && count >= smallestCount)
                Enqueue(pair);
        }

        return null;
    }

    /// <summary>Makes one symbol of a pair wherever it occurs.</summary>
    public void Merge(int left, int right, int symbol)
    {
        var raised = new HashSet<(int, int)>();
        foreach (int word in _wordsOf[(left, right)].ToArray())
        {
            Count(word, sign: -1, changed: null);
            var (symbols, count) = _words[word];
            _words[word] = (Replace(symbols, left, right, symbol), count);
            Count(word, sign: 1, raised);
        }

        foreach (var pair in raised.Where(pair => pair.Item1 == symbol || pair.Item2 == symbol))
            Enqueue(pair);

        _counts.Remove((left, right));
        _wordsOf.Remove((left, right));
    }

    private static int[] Replace(int[] symbols, int left, int right, int symbol)
    {
        var replaced = new List<int>(symbols.Length);
        for (int i = 0; i < symbols.Length; i++)
        {
            bool match = symbols[i] == left && i + 1 < symbols.Length && symbols[i + 1] == right;
            replaced.Add(match ? symbol : symbols[i]);
            if (match)
                i++;
        }

        return [.. replaced];
    }

    private void Count(int word, int sign, HashSet<(int, int)>? changed)
    {
        var (symbols, count) = _words[word];
        for (int i = 0; i + 1 < symbols.Length; i++)
        {
            var pair = (symbols[i], symbols[i + 1]);
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, pair, out _) += sign * count;
            ref var words = ref CollectionsMarshal.GetValueRefOrAddDefault(_wordsOf, pair, out _);
            if (sign > 0)
            {
                (words ??= []).Add(word);
            }
            else
            {
                words?.Remove(word);
            }

            changed?.Add(pair);
        }
    }

    private void Enqueue((int Left, int Right) pair) => _queue.Enqueue(pair, new(_counts[pair], pair.Left, pair.Right));

    private readonly record struct Rank(long Count, int Left, int Right);

    private sealed class RankOrder(BytePairVocabulary vocabulary) : IComparer<Rank>
    {
        public int Compare(Rank x, Rank y)
        {
            int order = y.Count.CompareTo(x.Count);
            if (order == 0)
                order = string.CompareOrdinal(vocabulary.SymbolOf(x.Left), vocabulary.SymbolOf(y.Left));

            return order != 0 ? order : string.CompareOrdinal(vocabulary.SymbolOf(x.Right), vocabulary.SymbolOf(y.Right));
        }
    }
}
