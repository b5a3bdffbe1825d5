using System.Globalization;
using System.Text;
using System.Text.Json;
using Parquet;

namespace ContrastivePipeline.Reporting;

/// <summary>The numbers of a run as files: one row or object a number, doubles written so that they read back the same.</summary>
public static class ResultsFiles
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>A CSV file (RFC 4180, LF line ends) with a header row.</summary>
    public static string Csv(IEnumerable<Measurement> measurements)
    {
        ArgumentNullException.ThrowIfNull(measurements);
        var text = new StringBuilder("variant,seed,metric,formula,dataset,version,split,n,value\n");
        foreach (var m in measurements)
        {
            string[] fields =
            [
                m.Variant, m.Seed.ToString(CultureInfo.InvariantCulture), m.Metric, m.Formula, m.Dataset, m.Version, m.Split,
                m.N.ToString(CultureInfo.InvariantCulture), m.Value.ToString("R", CultureInfo.InvariantCulture),
            ];
            text.AppendJoin(',', fields.Select(Quote)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A JSON array with the keys variant, seed, metric, formula, dataset, version, split, n, value. A value that is not finite is
    /// a string ("NaN"), since JSON has no number for it.</summary>
    public static string Json(IEnumerable<Measurement> measurements)
    {
        ArgumentNullException.ThrowIfNull(measurements);
        return JsonSerializer.Serialize(measurements, JsonOptions) + "\n";
    }

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>The numbers of a run as Parquet: a row a number, in the columns and the order of the CSV and JSON files.</summary>
public static class ResultsParquet
{
    private static readonly ShardTable<Measurement> Table = new("results", int.MaxValue, 65_536, CompressionMethod.Snappy,
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
        (c, i) => new Measurement(
            Text(c, 0, i), ((int[])c[1])[i], Text(c, 2, i), Text(c, 3, i), Text(c, 4, i), Text(c, 5, i), Text(c, 6, i), ((int[])c[7])[i],
            ((double[])c[8])[i]));

    /// <summary>A whole Parquet file. The same numbers give the same bytes.</summary>
    public static async Task<byte[]> WriteAsync(IReadOnlyList<Measurement> measurements, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(measurements);
        using var file = new MemoryStream();
        await Table.WriteAsync(file, measurements, cancellationToken);
        return file.ToArray();
    }

    /// <summary>Reads such a file.</summary>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public static async Task<IReadOnlyList<Measurement>> ReadAsync(byte[] file, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(file, writable: false);
        var measurements = new List<Measurement>();
        await foreach (var row in Table.ReadAsync(stream, cancellationToken))
            measurements.Add(row);
        return measurements;
    }

    private static string Text(IReadOnlyList<Array> columns, int column, int row) => ((string[])columns[column])[row];
}
