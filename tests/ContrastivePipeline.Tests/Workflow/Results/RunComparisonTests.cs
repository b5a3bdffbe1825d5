namespace ContrastivePipeline.Tests.Workflow.Results;

[Collection<ShapesRuns>]
public sealed class RunComparisonTests(ShapesRuns runs)
{
    private const string Recall = "retrieval/text-to-media/r@1";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_on_one_dataset_version_are_compared_variant_by_variant()
    {
        await runs.RequireAsync();
        var comparison = await RunComparison.OfAsync(runs.Store, [runs.First, runs.Second], Cancellation);

        Assert.Equal([1], comparison.Runs[0].Seeds);
        Assert.Equal([1, 2], comparison.Runs[1].Seeds);
        Assert.Equal(comparison.Runs[0].Dataset, comparison.Runs[1].Dataset);
        var metric = Assert.Single(comparison.Metrics, m => m is { Variant: "cyclip+ls", Metric: "geometry/alignment", Split: "test" });
        var of = (await new RunProducts(runs.Store, runs.Second).ReadMeasurementsAsync(Cancellation))
            .Where(m => m is { Variant: "cyclip+ls", Metric: "geometry/alignment" }).Select(m => m.Value).ToArray();
        var (first, second) = (metric.Values[0]!, metric.Values[1]!);
        Assert.Equal((of[0] + of[1]) / 2, second.Mean, 1e-15);
        Assert.Equal(Math.Abs(of[0] - of[1]) / Math.Sqrt(2), second.StandardDeviation!.Value, 1e-12);
        Assert.Equal(second.Mean - first.Mean, second.Difference);
        Assert.Null(second.NotComparable);
        Assert.Equal((null, null, null), (first.Difference, first.NotComparable, first.StandardDeviation));

        Assert.Equal(
            [("name", "\"shapes\"", "\"shapes-2\""), ("training.learning_rate", "0.001", "0.002"), ("training.seeds", "[1]", "[1,2]")],
            comparison.Settings.Select(s => (s.Path, s.Values[0], s.Values[1])));
        Assert.Equal(["clip", "cyclip+ls", "clip", "cyclip+ls"], comparison.Geometry.Select(point => point.Variant));
        Assert.Equal(first.Mean, comparison.Geometry[1].Alignment);
        Assert.Equal(second.Mean, comparison.Geometry[3].Alignment);
    }

    [Theory]
    [InlineData("d", "v1", "recall-at-k/1", 10, null)]
    [InlineData("d", "v2", "recall-at-k/1", 10, "another version of the dataset: v1 there, v2 here")]
    [InlineData("d", "v2", "recall-at-k/1", 9, "another version of the dataset: v1 there, v2 here, with 10 and 9 items")]
    [InlineData("d", "v1", "recall-at-k/2", 10, "another formula: recall-at-k/1 there, recall-at-k/2 here")]
    [InlineData("d", "v1", "recall-at-k/1", 11, "another number of items: 10 there, 11 here")]
    [InlineData("e", "v9", "recall-at-k/1", 10, "another dataset: d@v1 there, e@v9 here")]
    public void What_was_not_measured_alike_says_why(string dataset, string version, string formula, int n, string? objection)
    {
        var comparison = RunComparison.Of(
        [
            (Run("a"), [new Measurement("clip", 1, Recall, "recall-at-k/1", "d", "v1", "test", 10, 0.25)]),
            (Run("b"), [new Measurement("clip", 1, Recall, formula, dataset, version, "test", n, 0.75)]),
        ]);

        var value = Assert.Single(comparison.Metrics).Values[1]!;
        Assert.Equal((0.5, objection), (value.Difference, value.NotComparable));
    }

    [Fact]
    public void What_one_run_has_not_measured_is_null()
    {
        var only = new Measurement("clip", 1, Recall, "recall-at-k/1", "d", "v", "test", 10, 0.25);
        var comparison = RunComparison.Of([(Run("a"), []), (Run("b"), [only, only with { Metric = "own/metric", Variant = "x" }])]);

        Assert.Equal([Recall, "own/metric"], comparison.Metrics.Select(m => m.Metric));
        Assert.All(comparison.Metrics, m => Assert.Null(m.Values[0]));
        Assert.Null(comparison.Metrics[0].Values[1]!.Difference);
        Assert.Equal(("Text → media R@1", MetricUnit.Fraction, Direction.HigherIsBetter),
            (comparison.Metrics[0].Title, comparison.Metrics[0].Unit, comparison.Metrics[0].Direction));
        Assert.Equal("own/metric", comparison.Metrics[1].Title);
        Assert.Null(comparison.Runs[0].Dataset);
        Assert.Empty(comparison.Geometry);
    }

    [Fact]
    public void One_run_is_no_comparison()
    {
        Assert.Throws<ArgumentException>(() => RunComparison.Of([(Run("a"), [])]));
        Assert.Contains(
            "'a'", Assert.Throws<ArgumentException>(() => RunComparison.Of([(Run("a"), []), (Run("b"), []), (Run("a"), [])])).Message);
    }

    private RunRecord Run(string id)
    {
        Assert.SkipWhen(runs.First is null, "Needs a local store.");
        return runs.First with { Id = id };
    }
}
