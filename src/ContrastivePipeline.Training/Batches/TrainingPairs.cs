using System.Collections;
using System.Numerics;

namespace ContrastivePipeline.Training.Batches;

/// <summary>Captions with their media, for millions of them: token ids lie one after the other in blocks, seven bits a byte, the least
/// first. A pair takes about two bytes a token and 16 more. Add first, then read; reading is safe for concurrent use.</summary>
public sealed class TrainingPairs : IReadOnlyList<TrainingPair>
{
    private const int BlockLength = 1 << 20;
    private const int MostBytesOfToken = 5;

    private readonly List<byte[]> _blocks = [];
    private readonly List<Entry> _entries = [];
    private readonly Lazy<int[]> _captions;
    private int _used;

    /// <summary>Creates an empty list.</summary>
    public TrainingPairs() => _captions = new(NumberCaptions);

    /// <summary>Creates a list of pairs.</summary>
    public TrainingPairs(IEnumerable<TrainingPair> pairs)
        : this()
    {
        ArgumentNullException.ThrowIfNull(pairs);
        foreach (var pair in pairs)
            Add(pair.MediaItem, pair.Tokens);
    }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public TrainingPair this[int index] => new(MediaOf(index), TokensOf(index));

    /// <summary>Index of a pair's media item.</summary>
    public int MediaOf(int index) => _entries[index].MediaItem;

    /// <summary>Token ids of a pair's caption, with start and end of text.</summary>
    public int[] TokensOf(int index)
    {
        var tokens = new List<int>();
        var (token, shift) = (0, 0);
        foreach (var part in Encoded(index))
        {
            token |= (part & 0x7F) << shift;
            shift += 7;
            if (part >= 0x80)
                continue;
            tokens.Add(token);
            (token, shift) = (0, 0);
        }
        return [.. tokens];
    }

    /// <summary>A number of a pair's caption, the same for all pairs whose captions have the same tokens.</summary>
    public int CaptionOf(int index) => _captions.Value[index];

    /// <summary>Appends a pair.</summary>
    /// <param name="tokens">Token ids, 0 or greater.</param>
    public void Add(int mediaItem, ReadOnlySpan<int> tokens)
    {
        var most = MostBytesOfToken * tokens.Length;
        if (_blocks.Count == 0 || _used + most > _blocks[^1].Length)
        {
            _blocks.Add(new byte[Math.Max(BlockLength, most)]);
            _used = 0;
        }
        var (block, start) = (_blocks[^1], _used);
        foreach (var token in tokens)
        {
            var rest = (uint)token;
            for (; rest >= 0x80; rest >>= 7)
                block[_used++] = (byte)(rest | 0x80);
            block[_used++] = (byte)rest;
        }
        _entries.Add(new Entry(mediaItem, _blocks.Count - 1, start, _used - start));
    }

    /// <inheritdoc/>
    public IEnumerator<TrainingPair> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ReadOnlySpan<byte> Encoded(int index)
    {
        var entry = _entries[index];
        return _blocks[entry.Block].AsSpan(entry.Start, entry.Length);
    }

    /// <summary>Index of the first pair with the same caption, of each: a hash table of indices, because texts as keys would not
    /// fit.</summary>
    private int[] NumberCaptions()
    {
        var slots = new int[BitOperations.RoundUpToPowerOf2((uint)Count * 2 + 1)];
        var firsts = new int[Count];
        for (var i = 0; i < firsts.Length; i++)
        {
            var caption = Encoded(i);
            var hash = new HashCode();
            hash.AddBytes(caption);
            var slot = hash.ToHashCode() & (slots.Length - 1);
            // 0 is an empty slot, so an index is kept with 1 added.
            while (slots[slot] != 0 && !Encoded(slots[slot] - 1).SequenceEqual(caption))
                slot = (slot + 1) & (slots.Length - 1);
            if (slots[slot] == 0)
                slots[slot] = i + 1;
            firsts[i] = slots[slot] - 1;
        }
        return firsts;
    }

    private readonly record struct Entry(int MediaItem, int Block, int Start, int Length);
}

/// <summary>A caption and the media item it belongs to.</summary>
/// <param name="Tokens">Token ids with start and end of text.</param>
public sealed record TrainingPair(int MediaItem, int[] Tokens);
