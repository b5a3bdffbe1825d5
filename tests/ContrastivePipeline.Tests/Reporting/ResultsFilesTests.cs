using System.Globalization;
using System.Text.Json;

namespace ContrastivePipeline.Tests.Reporting;

public sealed class ResultsFilesTests
{
    private static readonly Measurement Third = new(
        "clip, \"x\"", 3, "geometry/alignment", "alignment/1", "emoji", "v1", "seen", 382, 1.0 / 3);

    [Fact]
    public void Json_has_one_object_a_number_and_doubles_read_back_the_same()
    {
        using var json = JsonDocument.Parse(ResultsFiles.Json([Third, Third with { Value = -0.1 - 0.2 }]));

        var first = json.RootElement[0];
        Assert.Equal(["variant", "seed", "metric", "formula", "dataset", "version", "split", "n", "value"],
            first.EnumerateObject().Select(p => p.Name));
        Assert.Equal(1.0 / 3, first.GetProperty("value").GetDouble());
        Assert.Equal(-0.1 - 0.2, json.RootElement[1].GetProperty("value").GetDouble());
        Assert.Equal(382, first.GetProperty("n").GetInt32());
    }

    [Fact]
    public void Json_of_a_value_that_is_not_finite_is_still_json()
    {
        using var json = JsonDocument.Parse(ResultsFiles.Json([Third with { Value = double.NaN }]));

        Assert.Equal("NaN", json.RootElement[0].GetProperty("value").GetString());
    }

    [Fact]
    public void Csv_quotes_what_needs_it_and_uses_a_point()
    {
        string[] lines = ResultsFiles.Csv([Third]).Split('\n');

        Assert.Equal("variant,seed,metric,formula,dataset,version,split,n,value", lines[0]);
        Assert.StartsWith("\"clip, \"\"x\"\"\",3,geometry/alignment,alignment/1,emoji,v1,seen,382,", lines[1], StringComparison.Ordinal);
        Assert.Equal(1.0 / 3, double.Parse(lines[1][(lines[1].LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture));
        Assert.Equal("", lines[2]);
        Assert.Equal(3, lines.Length);
    }
}
