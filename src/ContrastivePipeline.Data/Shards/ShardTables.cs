using Parquet;

namespace ContrastivePipeline.Data.Shards;

/// <summary>Column layouts of the six tables of a dataset version.</summary>
internal static class ShardTables
{
    private const int TextRows = 16_384;

    /// <summary>Uncompressed: the images are compressed already.</summary>
    public static ShardTable<MediaRow> Media { get; } = new("media", 1_024, 256, CompressionMethod.None,
        [
            new TextColumn<MediaRow>("id", row => row.Id),
            new BytesColumn<MediaRow>("bytes", row => row.Bytes),
            new NumberColumn<MediaRow, int>("width", row => row.Width),
            new NumberColumn<MediaRow, int>("height", row => row.Height),
            new TextColumn<MediaRow>("sha256", row => row.Sha256),
        ],
        (columns, i) => new MediaRow(
            Text(columns, 0, i), ((byte[][])columns[1])[i], Number(columns, 2, i), Number(columns, 3, i), Text(columns, 4, i)));

    public static ShardTable<CaptionRow> Captions { get; } = new("captions", TextRows, TextRows, CompressionMethod.Snappy,
        [
            new TextColumn<CaptionRow>("media_id", row => row.MediaId),
            new NumberColumn<CaptionRow, int>("caption_index", row => row.CaptionIndex),
            new TextColumn<CaptionRow>("caption", row => row.Caption),
            new TextColumn<CaptionRow>("concept", row => row.Concept),
            new TextColumn<CaptionRow>("source", row => row.Source),
            new TextColumn<CaptionRow>("split", row => row.Split),
        ],
        (columns, i) => new CaptionRow(
            Text(columns, 0, i), Number(columns, 1, i), Text(columns, 2, i), Text(columns, 3, i), Text(columns, 4, i),
            Text(columns, 5, i)));

    public static ShardTable<LabelRow> Labels { get; } = new("labels", TextRows, TextRows, CompressionMethod.Snappy,
        [
            new TextColumn<LabelRow>("media_id", row => row.MediaId),
            new TextColumn<LabelRow>("label_set", row => row.LabelSet),
            new NumberColumn<LabelRow, int>("label", row => row.Label),
        ],
        (columns, i) => new LabelRow(Text(columns, 0, i), Text(columns, 1, i), Number(columns, 2, i)));

    public static ShardTable<TripleRow> Triples { get; } = new("triples", TextRows, TextRows, CompressionMethod.Snappy,
        [
            new TextColumn<TripleRow>("anchor", row => row.Anchor),
            new TextColumn<TripleRow>("positive", row => row.Positive),
            new TextColumn<TripleRow>("negative", row => row.Negative),
            new TextColumn<TripleRow>("source", row => row.Source),
        ],
        (columns, i) => new TripleRow(Text(columns, 0, i), Text(columns, 1, i), Text(columns, 2, i), Text(columns, 3, i)));

    public static ShardTable<SentencePairRow> SentencePairs { get; } = new("sentence-pairs", TextRows, TextRows, CompressionMethod.Snappy,
        [
            new TextColumn<SentencePairRow>("first", row => row.First),
            new TextColumn<SentencePairRow>("second", row => row.Second),
            new NumberColumn<SentencePairRow, double>("score", row => row.Score),
            new TextColumn<SentencePairRow>("source", row => row.Source),
            new TextColumn<SentencePairRow>("split", row => row.Split),
        ],
        (columns, i) => new SentencePairRow(
            Text(columns, 0, i), Text(columns, 1, i), ((double[])columns[2])[i], Text(columns, 3, i), Text(columns, 4, i)));

    public static ShardTable<QuarantineRow> Quarantine { get; } = new("quarantine", TextRows, TextRows, CompressionMethod.Snappy,
        [
            new TextColumn<QuarantineRow>("file", row => row.File),
            new NumberColumn<QuarantineRow, long>("row", row => row.Row),
            new TextColumn<QuarantineRow>("column", row => row.Column),
            new TextColumn<QuarantineRow>("reason", row => row.Reason),
            new TextColumn<QuarantineRow>("detail", row => row.Detail),
            new TextColumn<QuarantineRow>("content", row => row.Content),
        ],
        (columns, i) => new QuarantineRow(
            Text(columns, 0, i), ((long[])columns[1])[i], Text(columns, 2, i), Text(columns, 3, i), Text(columns, 4, i),
            Text(columns, 5, i)));

    private static string Text(IReadOnlyList<Array> columns, int column, int row) => ((string[])columns[column])[row];

    private static int Number(IReadOnlyList<Array> columns, int column, int row) => ((int[])columns[column])[row];
}
