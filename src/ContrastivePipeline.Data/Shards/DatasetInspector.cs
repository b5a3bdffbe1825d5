namespace ContrastivePipeline.Data.Shards;

/// <summary>Summarises a version without reading its images.</summary>
internal sealed class DatasetInspector(DatasetReader reader, DatasetManifest manifest)
{
    public async Task<DatasetSummary> RunAsync(CancellationToken cancellationToken)
    {
        var captions = await reader.ReadCaptionsAsync(manifest, cancellationToken).ToListAsync(cancellationToken);
        var words = captions.Select(row => row.Caption.Split(' ').Length).Order().ToArray();
        var splits = captions.GroupBy(row => row.Split, StringComparer.Ordinal).OrderBy(split => split.Key, StringComparer.Ordinal)
            .Select(split => new SplitSummary(
                split.Key, split.LongCount(row => row.CaptionIndex == 0), split.LongCount(),
                split.Select(row => row.Concept).Distinct(StringComparer.Ordinal).LongCount(), split.First().Caption));

        return new DatasetSummary(
            manifest.Name, manifest.Version, manifest.MediaSize, manifest.Media.Sum(part => (long)part.Rows),
            manifest.Media.Sum(part => part.Artifact.Length), captions.Count, words.FirstOrDefault(),
            words.Length == 0 ? 0 : words[words.Length / 2], words.LastOrDefault(), [.. splits],
            await CountClassesAsync(cancellationToken), manifest.Triples.Sum(part => (long)part.Rows), manifest.Accounting,
            await ExamplesAsync(cancellationToken))
        {
            Copies = await reader.FindCopiesAsync(manifest, cancellationToken),
        };
    }

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
        await foreach (var row in reader.ReadQuarantineAsync(manifest, cancellationToken)) examples.TryAdd(row.Reason, row);
        return [.. examples.Values];
    }
}
