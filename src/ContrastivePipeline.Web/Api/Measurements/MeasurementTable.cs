using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Evaluation;
using Parquet;

namespace ContrastivePipeline.Web.Api.Measurements;

/// <summary>Numbers of a run as Parquet, with the columns of the CSV file.</summary>
internal static class MeasurementTable
{
    private const int RowsPerGroup = 16_384;

    public static ShardTable<Measurement> Table { get; } = new("results", int.MaxValue, RowsPerGroup, CompressionMethod.Snappy,
        [
            new TextColumn<Measurement>("variant", m => m.Variant),
            new NumberColumn<Measurement, int>("seed", m => m.Seed),
            new TextColumn<Measurement>("metric", m => m.Metric),
            new TextColumn<Measurement>("formula", m => m.Formula),
            new TextColumn<Measurement>("dataset", m => m.Dataset),
            new TextColumn<Measurement>("version", m => m.Version),
            new TextColumn<Measurement>("split", m => m.Split),
            new NumberColumn<Measurement, int>("n", m => m.N),
            new NumberColumn<Measurement, double>("value", m => m.Value),
        ],
        (c, i) => new Measurement(Text(c, 0, i), ((int[])c[1])[i], Text(c, 2, i), Text(c, 3, i), Text(c, 4, i), Text(c, 5, i), Text(c, 6, i),
            ((int[])c[7])[i], ((double[])c[8])[i]));

    private static string Text(IReadOnlyList<Array> columns, int column, int row) => ((string[])columns[column])[row];
}
