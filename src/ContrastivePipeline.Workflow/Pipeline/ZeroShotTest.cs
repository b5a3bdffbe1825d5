namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Media of a split with what a zero-shot classifier made of them.</summary>
/// <param name="Concepts">The media by concept, in the order of the result.</param>
internal sealed record ClassifiedMedia(ZeroShotResult Result, Clusters Concepts);

/// <summary>Zero-shot classification of stored embeddings with stored prompts and a dataset version's labels.</summary>
internal sealed class ZeroShotTest(ArtifactStore store, DatasetManifest manifest)
{
    /// <exception cref="PermanentStageException">No media item has a class.</exception>
    public async Task<ClassifiedMedia> ClassifyAsync(
        EmbeddedClasses classes, string split, StoredEmbeddings embeddings, CancellationToken cancellationToken)
    {
        var labels = await ReadLabelsAsync(classes.Prompts.Labels, cancellationToken);
        var rows = Enumerable.Range(0, embeddings.Media.Count).Where(row => labels.ContainsKey(embeddings.Media[row].MediaId)).ToArray();
        if (rows.Length == 0)
        {
            throw new PermanentStageException(
                $"No media item of split '{split}' has a class of '{classes.Prompts.Labels}'. Correct evaluation.zero_shot in the experiment "
                    + "file.");
        }
        var cluster = embeddings.Matched.MediaCluster;
        var prompts = await Tables.Texts.ReadAllAsync(store, classes.Classes, cancellationToken);
        var classifier = new ZeroShotClassifier(
            StoredEmbeddings.Matrix([.. prompts.Select(p => p.Embedding)]), classes.Prompts.Templates.Count);
        return new ClassifiedMedia(
            classifier.Evaluate(embeddings.Matched.Media.Select(rows), [.. rows.Select(row => labels[embeddings.Media[row].MediaId])]),
            new Clusters([.. rows.Select(row => cluster[row])]));
    }

    /// <summary>How many of the media are in each class.</summary>
    public async Task<int[]> CountAsync(string labelSet, IReadOnlyList<MediaEmbedding> media, CancellationToken cancellationToken)
    {
        var labels = await ReadLabelsAsync(labelSet, cancellationToken);
        var counts = new int[manifest.LabelSets.Single(set => set.Name == labelSet).Classes.Count];
        foreach (var row in media)
        {
            if (labels.TryGetValue(row.MediaId, out var label))
                counts[label]++;
        }
        return counts;
    }

    private ValueTask<Dictionary<string, int>> ReadLabelsAsync(string labelSet, CancellationToken cancellationToken) =>
        new DatasetReader(store).ReadLabelsAsync(manifest, cancellationToken).Where(row => row.LabelSet == labelSet)
            .ToDictionaryAsync(row => row.MediaId, row => row.Label, cancellationToken: cancellationToken);
}
