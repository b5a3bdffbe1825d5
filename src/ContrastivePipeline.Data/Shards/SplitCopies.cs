using System.Globalization;

namespace ContrastivePipeline.Data.Shards;

/// <summary>Images of one split that another split also has under another name.</summary>
/// <param name="Split">The split; the held-out one where the other is <see cref="Splits.Train"/>.</param>
/// <param name="Other">The split that has them as well.</param>
/// <param name="Media">How many media of <paramref name="Split"/> have a copy in <paramref name="Other"/>.</param>
public sealed record SplitCopies(string Split, string Other, long Media);

/// <summary>Counts copies across splits: media whose stored images are equal, byte for byte.</summary>
internal sealed class SplitCopyCounter
{
    private readonly List<string> _splits = [];
    private readonly List<(UInt128 Image, int Split)> _media = [];

    /// <param name="sha256">Of its stored image, hexadecimal.</param>
    public void Add(string sha256, string split)
    {
        var index = _splits.IndexOf(split);
        if (index < 0)
        {
            index = _splits.Count;
            _splits.Add(split);
        }

        // Half of the hash distinguishes images, and a set of millions fits into memory.
        _media.Add((UInt128.Parse(sha256.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), index));
    }

    /// <summary>The counts, by split and other split.</summary>
    public IReadOnlyList<SplitCopies> Count()
    {
        var counts = new SortedDictionary<(string Split, string Other), long>(Comparer<(string Split, string Other)>.Create(
            (a, b) => string.CompareOrdinal(a.Split, b.Split) is var order and not 0 ? order : string.CompareOrdinal(a.Other, b.Other)));
        _media.Sort();
        for (int start = 0, end; start < _media.Count; start = end)
        {
            end = start + 1;
            while (end < _media.Count && _media[end].Image == _media[start].Image)
            {
                end++;
            }

            if (_media[start].Split != _media[end - 1].Split)
            {
                Count(_media[start..end], counts);
            }
        }

        return [.. counts.Select(count => new SplitCopies(count.Key.Split, count.Key.Other, count.Value))];
    }

    private void Count(List<(UInt128 Image, int Split)> copies, SortedDictionary<(string, string), long> counts)
    {
        var bySplit = copies.GroupBy(copy => _splits[copy.Split]).Select(group => (Name: group.Key, Media: group.LongCount()))
            .OrderBy(split => split.Name == Splits.Train).ThenBy(split => split.Name, StringComparer.Ordinal).ToArray();
        for (var i = 0; i < bySplit.Length; i++)
        {
            foreach (var other in bySplit[(i + 1)..])
            {
                counts[(bySplit[i].Name, other.Name)] = counts.GetValueOrDefault((bySplit[i].Name, other.Name)) + bySplit[i].Media;
            }
        }
    }
}
