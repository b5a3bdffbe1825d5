namespace ContrastivePipeline.Tests.Evaluation;

public sealed class MeasurementsTests
{
    private static readonly Measurements Of = new("clip", 3, "emoji", "abc123", "seen");

    [Fact]
    public void Every_measurement_is_in_the_catalogue_with_its_formula()
    {
        var rows = Matrices.Random(20, 6, seed: 1);
        var pairs = MatchedEmbeddings.Paired(rows, Matrices.Random(20, 6, seed: 2));
        Measurement[] all =
        [
            .. Of.Of(Retrieval.Evaluate(pairs)),
            .. Of.Of(Geometry.Evaluate(pairs)),
            .. Of.Of(SentenceSimilarity.Evaluate(rows, [0, 2, 4, 6], [1, 3, 5, 7], [1, 2, 4, 3], ["a", "b", "a", "b"])),
            .. Of.Of("category", new ZeroShotClassifier(Matrices.Random(12, 6, seed: 3), 1).Evaluate(rows, new int[20])),
        ];
        Assert.Equal(all.Length, all.Select(measurement => measurement.Metric).Distinct().Count());
        foreach (var measurement in all)
        {
            Assert.Equal(measurement.Formula, MetricCatalogue.Find(measurement.Metric)?.Formula);
            Assert.Equal(("clip", 3, "emoji", "abc123", "seen"),
                (measurement.Variant, measurement.Seed, measurement.Dataset, measurement.Version, measurement.Split));
            Assert.True(measurement.N > 0 && double.IsFinite(measurement.Value));
        }

        // What is in the catalogue is measured.
        Assert.Equal(MetricCatalogue.All.Select(metric => metric.Id).ToHashSet(),
            all.Select(measurement => MetricCatalogue.Find(measurement.Metric)!.Id).ToHashSet());
    }

    [Fact]
    public void A_recall_carries_its_queries()
    {
        var result = new RetrievalResult(new([0, 1, 9, 10], [1, 1, 1, 1]), new([0, 7], [1, 1]));
        var measurement = Of.Of(result).Single(measurement => measurement.Metric == "retrieval/media-to-text/r@10");
        Assert.Equal(new("clip", 3, "retrieval/media-to-text/r@10", "recall-at-k/2", "emoji", "abc123", "seen", 4, 0.75), measurement);
    }

    [Fact]
    public void A_top_k_that_every_guess_reaches_is_left_out()
    {
        var result = new ZeroShotClassifier(Matrices.Random(5, 4, seed: 1), 1).Evaluate(Matrices.Random(3, 4, seed: 2), [0, 1, 2]);
        Assert.Equal(
            ["zero-shot/vehicle/top-1", "zero-shot/vehicle/top-3", "zero-shot/vehicle/mean-per-class"],
            Of.Of("vehicle", result).Select(measurement => measurement.Metric));
    }

    [Fact]
    public void An_unknown_metric_is_not_found()
    {
        Assert.Null(MetricCatalogue.Find("retrieval/text-to-media/r@2"));
        Assert.Null(MetricCatalogue.Find("zero-shot/top-1"));
        Assert.Null(MetricCatalogue.Find(""));
    }

    [Fact]
    public void A_label_set_with_a_slash_is_refused() =>
        Assert.Throws<ArgumentException>(() => Of.Of("a/b", new ZeroShotResult(2, [0], [0], [0])));
}
