using System.Globalization;
using System.Text;
using System.Text.Json;

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

    /// <summary>
    /// A JSON array with the keys variant, seed, metric, formula, dataset, version, split, n, value.
    /// A value that is not finite is a string ("NaN"), since JSON has no number for it.
    /// </summary>
    public static string Json(IEnumerable<Measurement> measurements)
    {
        ArgumentNullException.ThrowIfNull(measurements);
        return JsonSerializer.Serialize(measurements, JsonOptions) + "\n";
    }

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
