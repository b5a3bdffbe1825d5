namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Queries with what a model found, right and wrong.</summary>
internal static class ReportExamples
{
    private const int Results = 5;
    private const int QueriesADirection = 4;

    /// <summary>The first variant, and the one that retrieves best.</summary>
    public static IReadOnlySet<string> VariantsToShow(IReadOnlyList<VariantSummary> variants, IReadOnlyList<Measurement> measurements) =>
        new HashSet<string> { variants[0].Id, BestVariant.Of(measurements)?.Variant ?? variants[0].Id };

    public static async Task<IReadOnlyList<RetrievalExample>> OfAsync(
        ArtifactStore store, DatasetManifest manifest, TrialResult trial, string split, StoredEmbeddings embeddings,
        RetrievalResult ranks, CancellationToken cancellationToken)
    {
        var (matched, dataset) = (embeddings.Matched, manifest.Name);
        var texts = Pick(ranks.TextToMedia.Ranks);
        var media = Pick(ranks.MediaToText.Ranks);
        var foundMedia = NearestNeighbours.Find(Rows(matched.Texts, texts), matched.Media, Results);
        var foundTexts = NearestNeighbours.Find(Rows(matched.Media, media), matched.Texts, Results);
        var previews = await PreviewsAsync(
            store, manifest, [.. foundMedia.SelectMany(f => f).Select(n => n.Item).Concat(media).Select(i => embeddings.Media[i].MediaId)],
            cancellationToken);
        var caption = embeddings.Texts.DistinctBy(t => t.Concept).ToDictionary(t => t.Concept, t => t.Text, StringComparer.Ordinal);
        ExampleItem Media(int i) => new(caption[embeddings.Media[i].Concept], previews.GetValueOrDefault(embeddings.Media[i].MediaId));
        ExampleItem Text(int i) => new(embeddings.Texts[i].Text, null);

        return
        [
            .. texts.Select((query, i) => new RetrievalExample(
                trial.Variant, trial.Seed, dataset, split, Text(query),
                [.. foundMedia[i].Select(
                    n => new RetrievedItem(Media(n.Item), n.Score, matched.Matches(n.Item, query)))],
                ranks.TextToMedia.Ranks[query] + 1)),
            .. media.Select((query, i) => new RetrievalExample(
                trial.Variant, trial.Seed, dataset, split, Media(query),
                [.. foundTexts[i].Select(
                    n => new RetrievedItem(Text(n.Item), n.Score, matched.Matches(query, n.Item)))],
                ranks.MediaToText.Ranks[query] + 1)),
        ];
    }

    /// <summary>As many right as wrong, spread over the split, the same way in every run.</summary>
    private static int[] Pick(int[] ranks)
    {
        int[] Spread(int[] rows) => [.. Enumerable.Range(0, Math.Min(QueriesADirection / 2, rows.Length))
            .Select(i => rows[(2 * i + 1) * rows.Length / QueriesADirection])];
        var rows = Enumerable.Range(0, ranks.Length);
        return [.. Spread([.. rows.Where(i => ranks[i] == 0)]), .. Spread([.. rows.Where(i => ranks[i] > 0)])];
    }

    private static EmbeddingMatrix Rows(EmbeddingMatrix matrix, int[] rows) =>
        new([.. rows.SelectMany(r => matrix[r].ToArray())], rows.Length, matrix.Dimension);

    /// <summary>What can be looked at, found by halving: of millions of media, all would be read for a few.</summary>
    private static async Task<Dictionary<string, byte[]>> PreviewsAsync(
        ArtifactStore store, DatasetManifest manifest, HashSet<string> wanted, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (!MediaKinds.Of(manifest).IsVisible)
            return found;
        using var media = new DatasetMedia(store, manifest);
        foreach (var id in wanted.Order(StringComparer.Ordinal))
        {
            found[id] = (await media.FindAsync(id, cancellationToken))?.Bytes
                ?? throw new InvalidDataException(
                    $"Dataset {manifest.Name}@{manifest.Version} has no media item '{id}', of which there is an embedding.");
        }
        return found;
    }
}
