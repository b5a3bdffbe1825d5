namespace ContrastivePipeline.Data.Preparation;

/// <summary>The content of all images that a source puts in splits other than <c>train</c>: none of it is trained on, under whatever
/// name.</summary>
internal sealed class HeldOutImages
{
    private readonly Dictionary<string, SourcePair> _firstWithContent = new(StringComparer.Ordinal);

    /// <summary>Reads the held-out images of a source that names splits; decodes none.</summary>
    public static async Task<HeldOutImages> FindAsync(IReadOnlyList<MediaEntry> entries, CancellationToken cancellationToken)
    {
        var found = new HeldOutImages();
        var pairs = entries.Select(entry => entry.First).Where(pair => pair.Split is not (null or Splits.Train)).ToArray();
        // Where nothing is trained on, nothing can be a copy.
        if (entries.Count == pairs.Length)
            return found;
        var contents = new string?[pairs.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, pairs.Length, options, (i, _) =>
        {
            contents[i] = MediaLoader.HashOf(pairs[i]);
            return ValueTask.CompletedTask;
        });
        for (var i = 0; i < pairs.Length; i++)
        {
            if (contents[i] is { } content)
                found._firstWithContent.TryAdd(content, pairs[i]);
        }

        return found;
    }

    /// <summary>What is wrong with training on an image; null where nothing is, and for held-out images.</summary>
    /// <param name="content">SHA-256 of its content.</param>
    public SourceFault? Check(SourcePair pair, string content) =>
        pair.Split == Splits.Train && _firstWithContent.TryGetValue(content, out var other)
            ? new SourceFault(pair.ImageColumn, "held-out-copy",
                $"'{pair.MediaId}' of split 'train' is the same image as '{other.MediaId}' of split '{other.Split}', which is measured " +
                "with; it is not trained on.")
            : null;
}
