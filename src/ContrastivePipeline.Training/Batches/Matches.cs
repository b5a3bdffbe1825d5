using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Batches;

/// <summary>Finds what is no negative of a row of a batch though it stands in another one: a loss leaves it out (docs/adr/0028).</summary>
internal static class Matches
{
    /// <summary>Pairs that share a caption, a media item or a concept; the caller's scope owns the tensor.</summary>
    /// <returns>[pairs, pairs], bool, false on the diagonal; null where no two match.</returns>
    public static Tensor? OfPairs(IReadOnlyList<TrainingPair> pairs)
    {
        var captions = Number(pairs.Select(pair => pair.Tokens));
        int[] media = [.. pairs.Select(pair => pair.MediaItem)];
        int[] concepts = [.. pairs.Select(pair => pair.Concept)];
        return WhereEqual(pairs.Count, (captions, captions), (media, media), (concepts, concepts));
    }

    /// <summary>Positives and negatives that say what an anchor or its positive says, and positives of an equal anchor; the caller's scope
    /// owns the tensor.</summary>
    /// <returns>[triples, 2 · triples], bool, over positives and then negatives, false at each anchor's own positive; null where there are
    /// none.</returns>
    public static Tensor? OfTriples(IReadOnlyList<TokenTriple> triples)
    {
        var n = triples.Count;
        var texts = Number(triples.Select(t => t.Anchor).Concat(triples.Select(t => t.Positive)).Concat(triples.Select(t => t.Negative)));
        var (anchors, positives, others) = (texts[..n], texts[n..(2 * n)], texts[n..]);
        return WhereEqual(2 * n, (anchors, others), (positives, others), (anchors, anchors));
    }

    /// <summary>True where a row and a column have the same number in any of the lists, off the diagonal.</summary>
    private static Tensor? WhereEqual(int columns, params ReadOnlySpan<(int[] OfRows, int[] OfColumns)> numbers)
    {
        bool[]? mask = null;
        var rows = numbers[0].OfRows.Length;
        foreach (var (ofRows, ofColumns) in numbers)
        {
            var columnsOf = ofColumns.Index().ToLookup(column => column.Item, column => column.Index);
            for (var i = 0; i < rows; i++)
            {
                foreach (var j in columnsOf[ofRows[i]])
                {
                    if (i != j)
                        (mask ??= new bool[rows * columns])[i * columns + j] = true;
                }
            }
        }
        return mask is null ? null : tensor(mask, [rows, columns]);
    }

    /// <summary>The same number for equal texts.</summary>
    private static int[] Number(IEnumerable<int[]> texts)
    {
        var numbers = new Dictionary<int[], int>(new TokenComparer());
        return [.. texts.Select(text => numbers.TryGetValue(text, out var number) ? number : numbers[text] = numbers.Count)];
    }

    private sealed class TokenComparer : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] tokens)
        {
            var hash = new HashCode();
            foreach (var token in tokens)
                hash.Add(token);
            return hash.ToHashCode();
        }
    }
}
