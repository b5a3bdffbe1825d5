namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>The ranks of a split, computed once and kept: its numbers, their intervals and a report's examples are of the same.</summary>
internal static class StoredRanks
{
    private const string TextToMedia = "text-to-media", MediaToText = "media-to-text";

    public static Task<Artifact> WriteAsync(
        StageContext context, string split, RetrievalResult result, CancellationToken cancellationToken) =>
        Tables.Ranks.WriteAsync(
            context, $"{split}-ranks", [.. RowsOf(TextToMedia, result.TextToMedia), .. RowsOf(MediaToText, result.MediaToText)],
            cancellationToken);

    public static async Task<RetrievalResult> ReadAsync(ArtifactStore store, Artifact artifact, CancellationToken cancellationToken)
    {
        var rows = (await Tables.Ranks.ReadAllAsync(store, artifact, cancellationToken)).ToLookup(row => row.Direction);
        return new RetrievalResult(DirectionOf(rows[MediaToText]), DirectionOf(rows[TextToMedia]));
    }

    private static IEnumerable<QueryRank> RowsOf(string direction, RetrievalDirection result) =>
        result.Ranks.Select((rank, query) => new QueryRank(direction, query, rank + 1, result.AveragePrecisions[query]));

    private static RetrievalDirection DirectionOf(IEnumerable<QueryRank> rows) =>
        new([.. rows.Select(row => row.Rank - 1)], [.. rows.Select(row => row.AveragePrecision)]);
}
