namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Stored embeddings of a split as evaluation takes them.</summary>
/// <param name="Texts">The texts, in the order of the matrix's rows.</param>
/// <param name="Matched">Both as matrices, with who belongs to whom.</param>
public sealed record StoredEmbeddings(IReadOnlyList<MediaEmbedding> Media, IReadOnlyList<TextEmbedding> Texts, MatchedEmbeddings Matched)
{
    /// <summary>Reads a split.</summary>
    public static async Task<StoredEmbeddings> ReadAsync(ArtifactStore store, EmbeddedSplit split, CancellationToken cancellationToken)
    {
        var media = await Tables.Media.ReadAllAsync(store, split.Media, cancellationToken);
        var texts = await Tables.Texts.ReadAllAsync(store, split.Captions, cancellationToken);
        var groups = media.Select(m => m.Concept).Concat(texts.Select(t => t.Concept)).Distinct()
            .Select((concept, i) => (concept, i)).ToDictionary(g => g.concept, g => g.i, StringComparer.Ordinal);
        return new StoredEmbeddings(media, texts, new MatchedEmbeddings(
            Matrix([.. media.Select(m => m.Embedding)]), [.. media.Select(m => groups[m.Concept])],
            Matrix([.. texts.Select(t => t.Embedding)]), [.. texts.Select(t => groups[t.Concept])]));
    }

    /// <summary>Rows as one matrix.</summary>
    public static EmbeddingMatrix Matrix(float[][] rows) => new([.. rows.SelectMany(r => r)], rows.Length, rows[0].Length);
}
