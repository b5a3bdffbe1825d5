using System.Text.Json;

namespace ContrastivePipeline.Tests.Workflow.Results;

[Collection<ShapesRuns>]
public sealed class LineageTests(ShapesRuns runs)
{
    private const string Address = "cyclip+ls/1/test/retrieval/text-to-media/map@10";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_number_comes_out_the_same_to_the_last_bit()
    {
        var lineage = await OpenAsync();
        Assert.Equal(2 * (12 + 7), lineage.Measurements.Count);
        foreach (var number in lineage.Measurements)
            Assert.True((await lineage.RecomputeAsync(number, Cancellation)).IsIdentical, number.Metric);
    }

    [Fact]
    public async Task One_bit_is_a_difference()
    {
        var lineage = await OpenAsync();
        var number = lineage.Measurements.First(m => m.Metric == "geometry/uniformity-text");

        var again = await lineage.RecomputeAsync(number with { Value = Math.BitIncrement(number.Value) }, Cancellation);

        Assert.False(again.IsIdentical);
        Assert.Equal(number.Value, again.Value);
    }

    [Fact]
    public async Task A_number_of_another_formula_is_not_computed_with_this_one()
    {
        var lineage = await OpenAsync();
        var number = lineage.Measurements.First(m => m.Metric == "geometry/alignment") with { Formula = "alignment-squared/0" };

        var refused = await Assert.ThrowsAsync<FormulaChangedException>(() => lineage.RecomputeAsync(number, Cancellation));

        Assert.Contains("formula alignment-squared/0; this program has alignment-squared/1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_s_chain_goes_back_to_the_data()
    {
        var reader = await OpenAsync();
        var found = Assert.Single(reader.Find(Address).Numbers);
        var lineage = await reader.ExplainAsync(Assert.Single(found.Of), Cancellation);

        Assert.Equal(Address, lineage.Number!.Address);
        Assert.Equal(23, lineage.Number.N);
        Assert.Contains("Of a query's matching items", lineage.Number.FormulaInWords, StringComparison.Ordinal);
        Assert.Equal(["embed/cyclip+ls-seed-1-shapes/test-media.parquet", "embed/cyclip+ls-seed-1-shapes/test-captions.parquet"],
            lineage.Sources.Select(s => s.Name));
        Assert.Equal(("cyclip+ls", 1L, 6), (lineage.Model!.Variant, lineage.Model.Seed, lineage.Model.Step));
        Assert.Equal([(0, 2), (2, 4), (4, 6)], lineage.Model.Segments.Select(s => (s.From, s.To)));
        Assert.Equal(lineage.Model.Checkpoint, lineage.Model.Segments[^1].Checkpoint);
        Assert.Equal("vocabulary", lineage.Tokenizer!.Kind);
        Assert.Equal(["media", "captions"], lineage.Dataset!.Parts.Select(part => part.Table));
        Assert.Empty(lineage.Dataset.Refreshes);
        Assert.Equal(
            ["evaluate", "embed", "train", "train", "train", "tokenizer", "prepare-dataset"], lineage.Stages.Select(stage => stage.Name));
        Assert.All(lineage.Stages.Where(stage => stage.Label.Contains("seed", StringComparison.Ordinal)), stage =>
            Assert.StartsWith("cyclip+ls-seed-1", stage.Label, StringComparison.Ordinal));
        Assert.Contains(new LineageSetting("variants[cyclip+ls].ls", "1"), lineage.Settings);
        Assert.DoesNotContain(lineage.Settings, setting => setting.Path.StartsWith("variants[clip]", StringComparison.Ordinal));
        Assert.Equal($"contrastive explain {Address} --run {runs.First.Id} --recompute", lineage.Commands[0].Line);
    }

    [Fact]
    public async Task A_refreshed_dataset_tells_of_its_refreshes()
    {
        await runs.RequireAsync();
        var reader = await LineageReader.OpenAsync(runs.Store, runs.Refreshed, Cancellation);
        var lineage = await reader.ExplainAsync(reader.Measurements[0], Cancellation);

        Assert.Equal(runs.Refresh.Version, lineage.Dataset!.Version);
        var refresh = Assert.Single(lineage.Dataset.Refreshes);
        Assert.Equal((runs.Refresh.Id, runs.Refresh.Base, "patch", "more.csv"), (refresh.Id, refresh.Base, refresh.Mode, refresh.File));
        Assert.Equal(["evaluate", "embed", "train", "tokenizer"], lineage.Stages.Select(stage => stage.Name));
        Assert.Equal($"contrastive run shapes-3 --dataset shapes@{refresh.Version} --fresh", lineage.Commands[^1].Line);

        Assert.Contains(reader.Artifacts.All, a => a.Path.StartsWith($"datasets/shapes/{refresh.Base}/media/", StringComparison.Ordinal));
        Assert.Contains(
            reader.Artifacts.All, a => a.Path.StartsWith($"datasets/shapes/{refresh.Version}/captions/", StringComparison.Ordinal));
        Assert.True((await reader.RecomputeAsync(reader.Measurements[0], Cancellation)).IsIdentical);
    }

    [Fact]
    public async Task An_artifact_is_found_by_path_name_and_hash_and_its_chain_ends_where_it_was_made()
    {
        var reader = await OpenAsync();
        var curve = reader.Artifacts.All.First(a => a is { Kind: "curve", Label: "clip-seed-1-steps-2-4" });
        foreach (var what in new[] { curve.Path, curve.Name, curve.Sha256, curve.Sha256[..10].ToUpperInvariant() })
            Assert.Equal(curve, Assert.Single(reader.Find(what).Artifacts));

        var lineage = await reader.ExplainAsync(curve, Cancellation);
        Assert.Equal(["train", "train", "tokenizer", "prepare-dataset"], lineage.Stages.Select(stage => stage.Name));
        Assert.Equal(4, lineage.Model!.Step);
        Assert.Contains(lineage.Sources, source => source is { Kind: "checkpoint", Label: "clip-seed-1-steps-0-2" });

        var part = await reader.ExplainAsync(reader.Artifacts.All.First(a => a.Kind == "dataset-captions"), Cancellation);
        Assert.Equal("prepare-dataset", Assert.Single(part.Stages).Name);
        Assert.Null(part.Model);
        var report = await reader.ExplainAsync(reader.Artifacts.All.First(a => a.Kind == "report"), Cancellation);
        Assert.Null(report.Model);
        Assert.Equal(runs.First.Stages.Count, report.Stages.Count);
    }

    [Fact]
    public async Task A_mean_of_a_table_is_found_with_its_seeds()
    {
        await runs.RequireAsync();
        var reader = await LineageReader.OpenAsync(runs.Store, runs.Second, Cancellation);
        var seeds = reader.Measurements.Where(m => m is { Variant: "clip", Metric: "geometry/alignment" }).ToArray();
        var mean = seeds.Average(m => m.Value);

        var found = Assert.Single(reader.Find(mean.ToString("R", System.Globalization.CultureInfo.InvariantCulture)).Numbers);

        Assert.Equal(seeds, found.Of);
        Assert.Equal(mean, found.Value);
    }

    [Theory]
    [InlineData("retrieval/text-to-media/r@1", 0.46233766233766235, "46.2", true)]
    [InlineData("retrieval/text-to-media/r@1", 0.46233766233766235, "46.2 %", true)]
    [InlineData("retrieval/text-to-media/r@1", 0.46233766233766235, "46.23%", true)]
    [InlineData("retrieval/text-to-media/r@1", 0.46233766233766235, "0.462", true)]
    [InlineData("retrieval/text-to-media/r@1", 0.46233766233766235, "0.46233766233766235", true)]
    [InlineData("retrieval/text-to-media/r@1", 0.46233766233766235, "4.6233766233766235E-1", true)]
    [InlineData("retrieval/text-to-media/r@1", 0.46233766233766235, "46", true)]
    [InlineData("retrieval/text-to-media/r@1", 0.46233766233766235, "46.3", false)]
    [InlineData("retrieval/text-to-media/r@1", 0.46233766233766235, "0.462 %", false)]
    [InlineData("retrieval/text-to-media/r@1", 0.46233766233766235, "0.46233766233766236", false)]
    [InlineData("geometry/uniformity-text", -2.3096, "−2.310", true)]
    [InlineData("geometry/uniformity-text", -2.3096, "-2.31", true)]
    [InlineData("geometry/uniformity-text", -2.3096, "2.31", false)]
    [InlineData("geometry/uniformity-text", -2.3096, "-231.0", false)]
    [InlineData("geometry/alignment", 0.462, "46.2", false)]
    public void A_printed_number_is_of_the_values_that_are_printed_so(string metric, double value, string printed, bool matches) =>
        Assert.Equal(matches, PrintedNumber.Parse(printed)!.IsOf(metric, value));

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("NaN")]
    [InlineData("1,234.5x")]
    public void What_is_no_number_is_none(string text) => Assert.Null(PrintedNumber.Parse(text));

    [Theory]
    [InlineData("clip+ls/1/seen/retrieval/text-to-media/r@1", true)]
    [InlineData("clip/x/seen/geometry/alignment", false)]
    [InlineData("clip/1/seen", false)]
    [InlineData("/1/seen/r", false)]
    public void An_address_reads_back(string text, bool valid) =>
        Assert.Equal(valid ? text : null, MeasurementAddress.Parse(text)?.ToString());

    [Fact]
    public void Every_formula_of_the_catalogue_is_in_words() =>
        Assert.All(MetricCatalogue.All, metric => Assert.NotNull(FormulaCatalogue.Find(metric.Formula)));

    [Fact]
    public async Task The_command_explains_and_computes_again()
    {
        await runs.RequireAsync();
        var said = await CallAsync(ExitCode.Done, Address, "--run", "shapes");
        Assert.Contains("Formula map-at-10/2\n  A media item and a text match", said.Out, StringComparison.Ordinal);
        Assert.Contains($"\n  contrastive explain {Address} --run {runs.First.Id} --recompute\n", said.Out, StringComparison.Ordinal);

        var again = await CallAsync(ExitCode.Done, Address, "--run", runs.First.Id, "--recompute");
        Assert.Contains("  the same to the last bit", again.Out, StringComparison.Ordinal);

        var uniformity = (await OpenAsync()).Measurements.First(m => m.Metric == "geometry/uniformity-text").Value;
        var minus = await CallAsync(ExitCode.Done, $"{uniformity:0.000000}", "--run", "shapes", "--recompute", "--json");
        var one = Assert.Single(JsonDocument.Parse(minus.Out).RootElement.EnumerateArray());
        Assert.Equal((uniformity, uniformity, true),
            (one.GetProperty("stored").GetDouble(), one.GetProperty("recomputed").GetDouble(), one.GetProperty("identical").GetBoolean()));

        Assert.Contains(
            "'contrastive results", (await CallAsync(ExitCode.Usage, "no-such-thing", "--run", "shapes")).Error, StringComparison.Ordinal);
        Assert.Contains("--recompute is for numbers",
            (await CallAsync(ExitCode.Usage, "report/report.html", "--run", "shapes", "--recompute")).Error, StringComparison.Ordinal);
    }

    private async Task<Said> CallAsync(int code, params string[] args)
    {
        var said = await Contrastive.RunAsync(["explain", .. args, "--local", runs.Local]);
        Assert.True(said.Code == code, $"{string.Join(' ', args)}: exit code {said.Code} instead of {code}\n{said.Out}\n{said.Error}");
        return said;
    }

    private async Task<LineageReader> OpenAsync()
    {
        await runs.RequireAsync();
        return await LineageReader.OpenAsync(runs.Store, runs.First, Cancellation);
    }
}
