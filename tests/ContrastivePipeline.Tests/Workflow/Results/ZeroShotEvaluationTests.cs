using System.Text.Json;

namespace ContrastivePipeline.Tests.Workflow.Results;

/// <summary>Zero-shot classification from stored tables whose answer can be seen.</summary>
public sealed class ZeroShotEvaluationTests(AzuriteFixture azurite)
{
    private const int Concepts = 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_of_three_images_are_in_their_class()
    {
        var store = await azurite.OpenStoreAsync();
        // Class 0 lies on the x axis and class 1 on the y axis; b is of class 1 and looks like class 0.
        MediaEmbedding[] media = [new("a", "ca", [1, 0]), new("b", "cb", [0.8f, 0.6f]), new("c", "cc", [0, 1])];
        TextEmbedding[] texts = [new("ca", "ta", [1, 0]), new("cb", "tb", [0.6f, 0.8f]), new("cc", "tc", [0, 1])];
        TextEmbedding[] prompts = [new("x", "an x", [1, 0]), new("y", "a y", [0, 1])];
        var split = new EmbeddedSplit(
            "test", await WriteAsync(store, Tables.Media, "media", media), await WriteAsync(store, Tables.Texts, "texts", texts));
        var classes = new EmbeddedClasses(new ZeroShotPrompts("axis", ["a {}"]), await WriteAsync(store, Tables.Texts, "prompts", prompts));
        var plan = new EvaluationSection(["test"], [new ZeroShotSection("axis", "test", ["a {}"])], ["test"]);
        var input = new EvaluateInput(
            "clip", 1, await DatasetAsync(store, [("a", 0), ("b", 1), ("c", 1)]), new EmbeddedTrial([split], [classes]), plan);

        var evaluation = new TrialEvaluation(store, input);
        var measured = (await evaluation.EvaluateAsync("test", family => family == "zero-shot/axis", Cancellation)).Measurements;

        Assert.Equal(
            [("zero-shot/axis/top-1", 2 / 3d), ("zero-shot/axis/mean-per-class", 0.75)],
            measured.Select(m => (m.Metric, m.Value)));
        Assert.All(measured, m => Assert.Equal((3, "test", "d", "v"), (m.N, m.Split, m.Dataset, m.Version)));
        var all = await evaluation.EvaluateAsync("test", _ => true, Cancellation);
        Assert.Equal(measured, all.Measurements.Where(m => m.Metric.StartsWith("zero-shot/", StringComparison.Ordinal)));
    }

    /// <summary>Intervals are of the very numbers that are reported: each tested value is the measured one, and concepts are the
    /// clusters.</summary>
    [Fact]
    public async Task Every_metric_but_the_median_rank_is_tested_with_its_own_value()
    {
        var store = await azurite.OpenStoreAsync();
        var (input, media) = await RandomAsync(store);
        var result = await new TrialEvaluation(store, input).EvaluateAsync("test", _ => true, Cancellation);
        var tested = result.Tested.Values;

        var testable = result.Measurements.Where(m => !m.Metric.EndsWith("/median-rank", StringComparison.Ordinal)).ToArray();
        Assert.Equal(testable.Select(m => m.Metric).Order(), tested.Keys.Order());
        Assert.All(testable, m => Assert.Equal(m.Value, tested[m.Metric].Value, 1e-12));
        Assert.All(tested.Values, value => Assert.Equal(Concepts - 1, value.Sizes.Count));
        Assert.All(tested.Values, value => Assert.NotNull(PairedJackknife.Compare(value, value)));
        var manifest = await new DatasetReader(store).ReadManifestAsync("d", "v", Cancellation);
        var counts = await new ZeroShotTest(store, manifest).CountAsync("axis", media, Cancellation);
        Assert.Equal([14, 4], counts);
    }

    [Fact]
    public async Task A_report_reads_the_ranks_and_values_that_the_numbers_are_of()
    {
        var store = await azurite.OpenStoreAsync();
        using var folder = new TemporaryFolder();
        var (input, _) = await RandomAsync(store);
        var result = await new TrialEvaluation(store, input).EvaluateAsync("test", _ => true, Cancellation);
        var attempt = new StageAttempt(1, TimeProvider.System);
        var context = new StageContext(store, "stages/test", Path.Combine(folder.Path, "stage"), attempt, TimeProvider.System);
        var trial = await new EvaluateStage().RunAsync(input, context, Cancellation);

        Assert.Equal(result.Measurements, await EvaluateStage.ReadAsync(store, trial.Measurements, Cancellation));
        var kept = Assert.Single(trial.Splits!);
        var ranks = await StoredRanks.ReadAsync(store, kept.Ranks!, Cancellation);
        foreach (var (direction, read) in new[]
        {
            (result.Ranks!.TextToMedia, ranks.TextToMedia), (result.Ranks.MediaToText, ranks.MediaToText),
        })
        {
            Assert.Equal(direction.Ranks, read.Ranks);
            Assert.Equal(direction.AveragePrecisions, read.AveragePrecisions);
        }
        var tested = await TestedMetrics.ReadAsync(store, kept.LeaveOneOut, Cancellation);
        Assert.Equal(result.Tested.Values.Keys, tested.Keys);
        foreach (var (metric, value) in result.Tested.Values)
        {
            Assert.Equal(value.Value, tested[metric].Value);
            Assert.Equal(value.Without, tested[metric].Without);
            Assert.Equal(value.Sizes, tested[metric].Sizes);
        }
        var evaluated = new EvaluatedDataset(input.Dataset, input.Embedded, trial.Measurements, trial.Splits);
        Assert.Same(kept, evaluated.Of("test"));
        Assert.Contains("Run the experiment again", Assert.Throws<PermanentStageException>(() => (evaluated with { Splits = null }).Of("test"))
            .Message);
    }

    /// <summary>Three media a concept and random embeddings; two concepts share a text.</summary>
    private static async Task<(EvaluateInput Input, MediaEmbedding[] Media)> RandomAsync(ArtifactStore store)
    {
        var random = new Random(8);
        float[] Vector()
        {
            var angle = random.NextDouble() * Math.Tau;
            return [(float)Math.Cos(angle), (float)Math.Sin(angle)];
        }
        MediaEmbedding[] media = [.. Enumerable.Range(0, 3 * Concepts).Select(i => new MediaEmbedding($"m{i}", $"c{i / 3}", Vector()))];
        // Concepts 0 and 1 share a text, but for a space.
        TextEmbedding[] texts =
        [
            new("c0", "same", [1, 0]), new("c1", "same ", [1, 0]),
            .. Enumerable.Range(0, Concepts).Select(i => new TextEmbedding($"c{i}", $"text {i}", Vector())),
        ];
        var split = new EmbeddedSplit(
            "test", await WriteAsync(store, Tables.Media, "media", media), await WriteAsync(store, Tables.Texts, "texts", texts));
        TextEmbedding[] prompts = [new("x", "an x", [1, 0]), new("y", "a y", [0, 1])];
        var classes = new EmbeddedClasses(new ZeroShotPrompts("axis", ["a {}"]), await WriteAsync(store, Tables.Texts, "prompts", prompts));
        var plan = new EvaluationSection(["test"], [new ZeroShotSection("axis", "test", ["a {}"])], ["test"]);
        var dataset = await DatasetAsync(store, [.. media.Select((m, i) => (m.MediaId, i % 5 == 0 ? 1 : 0))]);
        return (new EvaluateInput("clip", 1, dataset, new EmbeddedTrial([split], [classes]), plan), media);
    }

    private static async Task<Artifact> WriteAsync<T>(ArtifactStore store, ShardTable<T> table, string name, IReadOnlyList<T> rows) =>
        await store.WriteAsync($"{name}.parquet", await table.ToBytesAsync(rows, Cancellation), Cancellation);

    private static async Task<DatasetVersion> DatasetAsync(ArtifactStore store, (string Id, int Label)[] labels)
    {
        var part = await WriteAsync(store, ShardTables.Labels, "labels", [.. labels.Select(l => new LabelRow(l.Id, "axis", l.Label))]);
        var manifest = new DatasetManifest(
            "d", "v", 32, [], [], [new DatasetPart(part, labels.Length)], [], [], [new LabelSet("axis", ["x", "y"])],
            new DataAccounting(3, 3, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long> { ["test"] = 3 }));
        var artifact = await store.WriteAsync(
            DatasetPaths.Manifest("d", "v"), JsonSerializer.SerializeToUtf8Bytes(manifest, JsonSerializerOptions.Web), Cancellation);
        return new DatasetVersion("d", "v", artifact, 0, 0, ["test"], ["axis"]);
    }
}
