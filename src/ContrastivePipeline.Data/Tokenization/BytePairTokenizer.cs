using System.Collections.Concurrent;
using System.Text;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>Turns captions into token ids. Implementations are safe for concurrent use.</summary>
public interface ITokenizer
{
    /// <summary>Number of ids, special tokens included.</summary>
    int VocabularySize { get; }

    /// <summary>Id that starts every text.</summary>
    int StartOfText { get; }

    /// <summary>Id that ends every text: the highest of all, because the text encoder reads its feature there.</summary>
    int EndOfText { get; }

    /// <summary>Ids of a text with start and end, cut to <paramref name="contextLength"/> with the end kept; not padded.</summary>
    /// <param name="contextLength">Greatest number of ids, at least 2.</param>
    int[] Encode(string text, int contextLength);
}

/// <summary>CLIP's byte-level byte-pair tokenizer (openai/CLIP, <c>clip/simple_tokenizer.py</c>) over any vocabulary. Captions are cleaned
/// as <see cref="CaptionText"/> says. As in CLIP, a caption that spells out <c>&lt;|endoftext|&gt;</c> or <c>&lt;|startoftext|&gt;</c> gets
/// the special id there. Safe for concurrent use.</summary>
public sealed class BytePairTokenizer : ITokenizer
{
    // Words in captions are few and come often: a full cache stays as it is, and rare words are merged anew.
    private const int CachedWords = 1 << 16, LongestCachedWord = 48;

    private readonly BytePairVocabulary _vocabulary;
    private readonly CaptionCleanup _cleanup;
    private readonly ConcurrentDictionary<string, int[]> _words = new();
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private int _cached;

    /// <summary>Makes a tokenizer.</summary>
    public BytePairTokenizer(BytePairVocabulary vocabulary, CaptionCleanup cleanup = CaptionCleanup.Plain)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        _vocabulary = vocabulary;
        _cleanup = cleanup;
        _lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        _words[CaptionWords.StartOfText] = [StartOfText];
        _words[CaptionWords.EndOfText] = [EndOfText];
    }

    /// <inheritdoc/>
    public int VocabularySize => _vocabulary.Size;

    /// <inheritdoc/>
    public int StartOfText => _vocabulary.Size - 2;

    /// <inheritdoc/>
    public int EndOfText => _vocabulary.Size - 1;

    /// <inheritdoc/>
    public int[] Encode(string text, int contextLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 2);
        var ids = new List<int>(Math.Min(contextLength, 64)) { StartOfText };
        foreach (var word in new CaptionWords(CaptionText.Clean(text, _cleanup)))
        {
            ids.AddRange(IdsOf(word));
            if (ids.Count >= contextLength)
                break;
        }

        if (ids.Count >= contextLength)
            ids.RemoveRange(contextLength - 1, ids.Count - contextLength + 1);

        ids.Add(EndOfText);
        return [.. ids];
    }

    /// <summary>The text of ids: words with a space after each, special ids left out, broken UTF-8 replaced by U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not of this vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>(ids.Length * 4);
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)VocabularySize)
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"An id is not below the vocabulary's size, {VocabularySize}.");
            if (id < StartOfText)
                _vocabulary.AppendBytes(id, bytes);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private int[] IdsOf(ReadOnlySpan<char> word)
    {
        if (_lookup.TryGetValue(word, out int[]? ids))
            return ids;
        ids = Merge(word);
        if (word.Length <= LongestCachedWord && Volatile.Read(ref _cached) < CachedWords && _lookup.TryAdd(word, ids))
            Interlocked.Increment(ref _cached);

        return ids;
    }

    private int[] Merge(ReadOnlySpan<char> word)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        int[] symbols = Array.ConvertAll(bytes, ByteAlphabet.IdOf);
        // A model of few ids may have none for this byte at the end of a word.
        if (symbols[^1] + 256 < StartOfText)
            symbols[^1] += 256;

        // merged[i] is what symbols i and i + 1 become. The lowest merge goes first, everywhere at once, as in CLIP.
        int[] merged = new int[symbols.Length];
        int count = symbols.Length;
        for (int i = 0; i + 1 < count; i++)
            merged[i] = _vocabulary.MergeOf(symbols[i], symbols[i + 1]);

        while (count > 1)
        {
            int lowest = int.MaxValue;
            foreach (int candidate in merged.AsSpan(0, count - 1))
                lowest = Math.Min(lowest, candidate);

            if (lowest == int.MaxValue)
                break;
            count = Apply(lowest, symbols, merged, count);
        }

        return symbols[..count];
    }

    private int Apply(int lowest, int[] symbols, int[] merged, int count)
    {
        int kept = 0;
        bool changed = false;
        for (int i = 0; i < count; i++, kept++)
        {
            bool merge = i + 1 < count && merged[i] == lowest;
            symbols[kept] = merge ? lowest : symbols[i];
            if (kept > 0 && (merge || changed))
                merged[kept - 1] = _vocabulary.MergeOf(symbols[kept - 1], symbols[kept]);

            if (merge)
            {
                i++;
            }
            else
            {
                merged[kept] = merged[i];
            }

            changed = merge;
        }

        return kept;
    }
}
