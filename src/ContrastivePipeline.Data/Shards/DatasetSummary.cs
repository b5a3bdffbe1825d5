using System.Globalization;

namespace ContrastivePipeline.Data.Shards;

/// <summary>What a dataset version holds, for a person to look at.</summary>
/// <param name="MediaSize">Size of the media in words.</param>
/// <param name="Media">Number of images.</param>
/// <param name="MediaBytes">Length of their parts.</param>
/// <param name="ShortestCaption">Words.</param>
/// <param name="MedianCaption">Words.</param>
/// <param name="LongestCaption">Words.</param>
/// <param name="Classes">Images of every class, by label set and class.</param>
/// <param name="QuarantineExamples">The first quarantined row of every reason.</param>
public sealed record DatasetSummary(
    string Name,
    string Version,
    string MediaSize,
    long Media,
    long MediaBytes,
    long Captions,
    int ShortestCaption,
    int MedianCaption,
    int LongestCaption,
    IReadOnlyList<SplitSummary> Splits,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Classes,
    long Triples,
    DataAccounting Accounting,
    IReadOnlyList<QuarantineRow> QuarantineExamples)
{
    /// <summary>Images that several splits have under different names.</summary>
    public IReadOnlyList<SplitCopies> Copies { get; init; } = [];

    /// <summary>Scored sentence pairs.</summary>
    public long SentencePairs => Splits.Sum(split => split.SentencePairs);

    /// <summary>Whether it has texts alone.</summary>
    public bool IsOfTexts { get; init; }
}

/// <summary>What a split holds.</summary>
/// <param name="Example">Its first caption or sentence pair.</param>
public sealed record SplitSummary(string Name, long Media, long Captions, long Concepts, string Example)
{
    /// <summary>Scored sentence pairs.</summary>
    public long SentencePairs { get; init; }

    /// <summary>The least score of a sentence pair; null where there are none.</summary>
    public double? LeastScore { get; init; }

    /// <summary>The greatest score of a sentence pair; null where there are none.</summary>
    public double? GreatestScore { get; init; }
}

/// <summary>Summarises a version without reading its images.</summary>
internal sealed class DatasetInspector(DatasetReader reader, DatasetManifest manifest)
{
    public async Task<DatasetSummary> RunAsync(CancellationToken cancellationToken)
    {
        var isOfTexts = StoredFormat.Of(manifest) is TextFormat;
        var captions = await reader.ReadCaptionsAsync(manifest, cancellationToken).ToListAsync(cancellationToken);
        var words = captions.Select(row => row.Caption.Split(' ').Length).Order().ToArray();
        var splits = captions.GroupBy(row => row.Split, StringComparer.Ordinal).OrderBy(split => split.Key, StringComparer.Ordinal)
            .Select(split => new SplitSummary(
                split.Key, isOfTexts ? 0 : split.LongCount(row => row.CaptionIndex == 0), split.LongCount(),
                split.Select(row => row.Concept).Distinct(StringComparer.Ordinal).LongCount(), split.First().Caption));

        var pairs = await reader.ReadSentencePairsAsync(manifest, cancellationToken).ToListAsync(cancellationToken);
        return new DatasetSummary(
            manifest.Name, manifest.Version, StoredFormat.Of(manifest).SizeInWords, manifest.Media.Sum(part => (long)part.Rows),
            manifest.Media.Sum(part => part.Artifact.Length), captions.Count, words.FirstOrDefault(),
            words.Length == 0 ? 0 : words[words.Length / 2], words.LastOrDefault(), [.. splits, .. PairsBySplit(pairs)],
            await CountClassesAsync(cancellationToken), manifest.Triples.Sum(part => (long)part.Rows), manifest.Accounting,
            await ExamplesAsync(cancellationToken))
        {
            Copies = await reader.FindCopiesAsync(manifest, cancellationToken),
            IsOfTexts = isOfTexts,
        };
    }

    private static IEnumerable<SplitSummary> PairsBySplit(List<SentencePairRow> pairs) =>
        pairs.GroupBy(pair => pair.Split, StringComparer.Ordinal).OrderBy(split => split.Key, StringComparer.Ordinal)
        .Select(split => new SplitSummary(split.Key, 0, 0, 0, $"{split.First().First} | {split.First().Second}")
        {
            SentencePairs = split.LongCount(),
            LeastScore = split.Min(pair => pair.Score),
            GreatestScore = split.Max(pair => pair.Score),
        });

    private async Task<Dictionary<string, IReadOnlyDictionary<string, long>>> CountClassesAsync(CancellationToken cancellationToken)
    {
        var counts = manifest.LabelSets.ToDictionary(
            set => set.Name, set => set.Classes.ToDictionary(name => name, _ => 0L, StringComparer.Ordinal), StringComparer.Ordinal);
        var classes = manifest.LabelSets.ToDictionary(set => set.Name, set => set.Classes, StringComparer.Ordinal);
        await foreach (var row in reader.ReadLabelsAsync(manifest, cancellationToken))
            counts[row.LabelSet][classes[row.LabelSet][row.Label]]++;

        return counts.ToDictionary(set => set.Key, set => (IReadOnlyDictionary<string, long>)set.Value, StringComparer.Ordinal);
    }

    private async Task<QuarantineRow[]> ExamplesAsync(CancellationToken cancellationToken)
    {
        var examples = new SortedDictionary<string, QuarantineRow>(StringComparer.Ordinal);
        await foreach (var row in reader.ReadQuarantineAsync(manifest, cancellationToken))
            examples.TryAdd(row.Reason, row);

        return [.. examples.Values];
    }
}

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
                end++;

            if (_media[start].Split != _media[end - 1].Split)
                Count(_media[start..end], counts);
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
                counts[(bySplit[i].Name, other.Name)] = counts.GetValueOrDefault((bySplit[i].Name, other.Name)) + bySplit[i].Media;
        }
    }
}
