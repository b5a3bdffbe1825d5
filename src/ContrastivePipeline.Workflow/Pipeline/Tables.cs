using Parquet;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>The embedding of a media item.</summary>
/// <param name="Concept">What its captions describe; media and texts of one concept belong together.</param>
/// <param name="Embedding">Unit vector of the shared embedding space.</param>
public sealed record MediaEmbedding(string MediaId, string Concept, float[] Embedding);

/// <summary>The embedding of a text.</summary>
/// <param name="Concept">What it describes; the class's name where it is a prompt, and empty where it is a sentence of a pair.</param>
/// <param name="Embedding">Unit vector of the shared embedding space.</param>
public sealed record TextEmbedding(string Concept, string Text, float[] Embedding);

/// <summary>What retrieval made of a query.</summary>
/// <param name="Direction"><c>text-to-media</c> or <c>media-to-text</c>.</param>
/// <param name="Query">Row of the split's embeddings: of captions or of media.</param>
/// <param name="Rank">From 1.</param>
/// <param name="AveragePrecision">Over the first ten items.</param>
public sealed record QueryRank(string Direction, int Query, int Rank, double AveragePrecision);

/// <summary>What a metric is without a cluster of items.</summary>
/// <param name="Value">The metric with all clusters.</param>
/// <param name="Size">Items of the cluster.</param>
/// <param name="Without">NaN where nothing is left.</param>
public sealed record ValueWithout(string Metric, double Value, int Size, double Without);

/// <summary>The Parquet tables of a run beside its datasets.</summary>
internal static class Tables
{
    private const int RowsPerGroup = 8_192;
    private const int FirstLoss = 2;

    public static ShardTable<MediaEmbedding> Media { get; } = new("media", int.MaxValue, RowsPerGroup, CompressionMethod.None,
        [
            new TextColumn<MediaEmbedding>("media_id", row => row.MediaId),
            new TextColumn<MediaEmbedding>("concept", row => row.Concept),
            new VectorColumn<MediaEmbedding>("embedding", row => row.Embedding),
        ],
        (c, i) => new MediaEmbedding(((string[])c[0])[i], ((string[])c[1])[i], ((float[][])c[2])[i]));

    public static ShardTable<TextEmbedding> Texts { get; } = new("texts", int.MaxValue, RowsPerGroup, CompressionMethod.None,
        [
            new TextColumn<TextEmbedding>("concept", row => row.Concept),
            new TextColumn<TextEmbedding>("text", row => row.Text),
            new VectorColumn<TextEmbedding>("embedding", row => row.Embedding),
        ],
        (c, i) => new TextEmbedding(((string[])c[0])[i], ((string[])c[1])[i], ((float[][])c[2])[i]));

    public static ShardTable<QueryRank> Ranks { get; } = new("ranks", int.MaxValue, RowsPerGroup, CompressionMethod.Snappy,
        [
            new TextColumn<QueryRank>("direction", row => row.Direction),
            new NumberColumn<QueryRank, int>("query", row => row.Query),
            new NumberColumn<QueryRank, int>("rank", row => row.Rank),
            new NumberColumn<QueryRank, double>("average_precision", row => row.AveragePrecision),
        ],
        (c, i) => new QueryRank(((string[])c[0])[i], ((int[])c[1])[i], ((int[])c[2])[i], ((double[])c[3])[i]));

    public static ShardTable<ValueWithout> LeaveOneOut { get; } = new(
        "leave-one-out", int.MaxValue, RowsPerGroup, CompressionMethod.Snappy,
        [
            new TextColumn<ValueWithout>("metric", row => row.Metric),
            new NumberColumn<ValueWithout, double>("value", row => row.Value),
            new NumberColumn<ValueWithout, int>("size", row => row.Size),
            new NumberColumn<ValueWithout, double>("without", row => row.Without),
        ],
        (c, i) => new ValueWithout(((string[])c[0])[i], ((double[])c[1])[i], ((int[])c[2])[i], ((double[])c[3])[i]));

    public static ShardTable<StepRecord> Curve { get; } = new("curve", int.MaxValue, RowsPerGroup, CompressionMethod.Snappy,
        [
            new NumberColumn<StepRecord, long>("step", row => row.Step),
            new NumberColumn<StepRecord, float>("loss", row => row.Losses.Total),
            .. ObjectiveList.All.Select(LossColumn),
            new NumberColumn<StepRecord, double>("learning_rate", row => row.LearningRate),
            new NumberColumn<StepRecord, float>("logit_scale", row => row.LogitScale),
        ],
        (c, i) => new StepRecord(
            ((long[])c[0])[i],
            new LossTerms(
                Single(c, 1, i), ObjectiveList.All.Index().ToDictionary(o => o.Item.Key, o => Single(c, FirstLoss + o.Index, i))),
            ((double[])c[^2])[i], Single(c, c.Count - 1, i)));

    public static async Task<Artifact> WriteAsync<T>(
        this ShardTable<T> table, StageContext context, string name, IReadOnlyList<T> rows, CancellationToken cancellationToken) =>
        await context.WriteAsync(name, ".parquet", await table.ToBytesAsync(rows, cancellationToken), cancellationToken);

    public static async Task<byte[]> ToBytesAsync<T>(this ShardTable<T> table, IReadOnlyList<T> rows, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        await table.WriteAsync(stream, rows, cancellationToken);
        return stream.ToArray();
    }

    public static async Task<List<T>> ReadAllAsync<T>(
        this ShardTable<T> table, ArtifactStore store, Artifact artifact, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(await store.ReadAsync(artifact, cancellationToken), writable: false);
        var rows = new List<T>();
        await foreach (var row in table.ReadAsync(stream, cancellationToken))
            rows.Add(row);
        return rows;
    }

    // Curves that were stored before an objective was there lack its column; those of the sentence terms had longer names.
    private static NumberColumn<StepRecord, float> LossColumn(Objective objective) => new(objective.Key, row => row.Losses[objective.Key])
    {
        IsOptional = true,
        FormerName = objective.Key switch
        {
            SentenceUnsupervised.Name => "sentence_unsupervised",
            SentenceSupervised.Name => "sentence_supervised",
            _ => null,
        },
    };

    private static float Single(IReadOnlyList<Array> columns, int column, int row) => ((float[])columns[column])[row];
}

/// <summary>Stored embeddings of a split as evaluation takes them.</summary>
/// <param name="Texts">The texts, in the order of the matrix's rows.</param>
/// <param name="Matched">Both as matrices, with who belongs to whom.</param>
internal sealed record StoredEmbeddings(IReadOnlyList<MediaEmbedding> Media, IReadOnlyList<TextEmbedding> Texts, MatchedEmbeddings Matched)
{
    public static async Task<StoredEmbeddings> ReadAsync(ArtifactStore store, EmbeddedSplit split, CancellationToken cancellationToken)
    {
        var media = await Tables.Media.ReadAllAsync(store, split.Media, cancellationToken);
        var texts = await Tables.Texts.ReadAllAsync(store, split.Captions, cancellationToken);
        var groups = media.Select(m => m.Concept).Concat(texts.Select(t => t.Concept)).Distinct()
            .Select((concept, i) => (concept, i)).ToDictionary(g => g.concept, g => g.i, StringComparer.Ordinal);
        return new StoredEmbeddings(media, texts, new MatchedEmbeddings(
            Matrix([.. media.Select(m => m.Embedding)]), [.. media.Select(m => groups[m.Concept])],
            Matrix([.. texts.Select(t => t.Embedding)]), [.. texts.Select(t => groups[t.Concept])], WordsOf(texts)));
    }

    // Equal for texts of the same characters, but for white space at their ends; case counts.
    private static int[] WordsOf(IReadOnlyList<TextEmbedding> texts)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. texts.Select(t => numbers.TryGetValue(t.Text.Trim(), out var known) ? known : numbers[t.Text.Trim()] = numbers.Count)];
    }

    public static EmbeddingMatrix Matrix(float[][] rows)
    {
        var dimension = rows[0].Length;
        var values = new float[rows.Length * dimension];
        for (var i = 0; i < rows.Length; i++)
            rows[i].CopyTo(values, i * dimension);
        return new EmbeddingMatrix(values, rows.Length, dimension);
    }
}
