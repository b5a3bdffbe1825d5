using System.Collections;

namespace ContrastivePipeline.Training.Batches;

/// <summary>Captions with their media, for millions of them: token ids lie one after the other in blocks, seven bits a byte, the least
/// first. A pair takes about two bytes a token and 20 more. Add first, then read; reading is safe for concurrent use.</summary>
public sealed class TrainingPairs : IReadOnlyList<TrainingPair>
{
    private const int BlockLength = 1 << 20;
    private const int MostBytesOfToken = 5;

    private readonly List<byte[]> _blocks = [];
    private readonly List<Entry> _entries = [];
    private int _used;

    /// <summary>Creates an empty list.</summary>
    public TrainingPairs()
    {
    }

    /// <summary>Creates a list of pairs.</summary>
    public TrainingPairs(IEnumerable<TrainingPair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        foreach (var pair in pairs)
            Add(pair.MediaItem, pair.Concept, pair.Tokens);
    }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public TrainingPair this[int index] => new(MediaOf(index), TokensOf(index)) { Concept = _entries[index].Concept };

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

    /// <summary>Appends a pair.</summary>
    /// <param name="concept">Index of a media item of what the caption describes, the same for all such pairs.</param>
    /// <param name="tokens">Token ids, 0 or greater.</param>
    public void Add(int mediaItem, int concept, ReadOnlySpan<int> tokens)
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
        _entries.Add(new Entry(mediaItem, concept, _blocks.Count - 1, start, _used - start));
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

    private readonly record struct Entry(int MediaItem, int Concept, int Block, int Start, int Length);
}

/// <summary>A caption and the media item it belongs to.</summary>
/// <param name="Tokens">Token ids with start and end of text.</param>
public sealed record TrainingPair(int MediaItem, int[] Tokens)
{
    /// <summary>Index of a media item of what the caption describes, the same for all pairs of the concept: its own where it has the concept
    /// to itself.</summary>
    public int Concept { get; init; } = MediaItem;
}
