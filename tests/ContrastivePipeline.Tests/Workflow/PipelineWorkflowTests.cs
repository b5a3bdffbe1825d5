using System.Text.Json;

namespace ContrastivePipeline.Tests.Workflow;

public sealed class PipelineWorkflowTests
{
    private const string Yaml =
        """
        name: t
        dataset:
          source: { kind: emoji }
        training: { steps: 250, segment: 100, batch: 10, seeds: [1, 2] }
        variants: [clip, cyclip+ln]
        evaluation:
          geometry: [seen]
          zero_shot: [{ labels: category }]
        """;

    private static readonly DatasetVersion TestDataset =
        new("t", "abc", Blob("datasets/t/abc/manifest.json"), 1000, 50, ["seen", "train", "unseen"], ["category"]);

    private static Artifact Blob(string path) => new(path, 1, Fingerprint.Of(path));

    internal static object Answer(string stage, JsonElement input) => stage switch
    {
        "prepare-dataset" => TestDataset,
        "tokenizer" => new PreparedTokenizer(Blob("v"), 600),
        "train" => new TrainedSegment(Blob("checkpoint " + CanonicalJson.Of(input)), Blob("curve " + CanonicalJson.Of(input)),
            Blob("events " + CanonicalJson.Of(input))),
        "embed" => new EmbeddedTrial([], []),
        "evaluate" => new EvaluatedTrial(Blob("m " + CanonicalJson.Of(input))),
        "report" => new WrittenReport(Blob("html"), Blob("csv"), Blob("json")),
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };

    internal static PipelineInput Input(string yaml = Yaml)
    {
        var experiment = ExperimentFile.Parse(yaml, "t.yaml", ExperimentFolder.Of("."));
        return new PipelineInput(experiment, yaml, new DatasetSpec("t", new EmojiSourceSpec("packages"), 64), "emoji:0");
    }

    private static async Task<(PipelineOutput Output, IReadOnlyList<string> Calls)> RunAsync(
        IReadOnlyList<string>? history = null, PipelineInput? input = null)
    {
        var context = new ReplayContext(Answer, history).With(PipelineWorkflow.Trial).With(PipelineWorkflow.Training);
        var output = await PipelineWorkflow.Main.RunAsync(context, WorkflowJson.ToElement(input ?? Input()));
        return (WorkflowJson.FromElement<PipelineOutput>(output), context.Calls);
    }

    [Fact]
    public async Task A_replay_asks_for_the_same_in_the_same_order()
    {
        var (first, calls) = await RunAsync();
        var (second, again) = await RunAsync(calls);
        Assert.Equal(calls, again);
        Assert.Equal(CanonicalJson.Of(first), CanonicalJson.Of(second));
    }

    [Fact]
    public async Task Every_variant_and_seed_is_trained_in_a_chain_then_embedded_and_evaluated()
    {
        var (output, calls) = await RunAsync();

        Assert.Equal([("clip", 1), ("cyclip+ln", 1), ("clip", 2), ("cyclip+ln", 2)], output.Trials.Select(t => (t.Variant, t.Seed)));
        Assert.All(output.Trials, trial => Assert.Equal(3, trial.Curves.Count));
        var stages = calls.Where(call => !call.StartsWith("report W", StringComparison.Ordinal)).Select(call => call.Split(' ')[0])
            .ToArray();
        // Two splits and one list of prompts are embedded.
        string[] trial = ["trial", "training", "train", "train", "train", "embed", "embed", "embed", "evaluate"];
        Assert.Equal(["prepare-dataset", "tokenizer", .. trial, .. trial, .. trial, .. trial, "report"], stages);
    }

    [Fact]
    public async Task A_stored_version_is_used_without_preparing()
    {
        var stored = TestDataset with { Version = "other" };
        var (output, calls) = await RunAsync(input: Input() with { Dataset = null, Snapshot = "", Stored = stored });

        Assert.DoesNotContain(calls, call => call.StartsWith("prepare-dataset", StringComparison.Ordinal));
        Assert.Equal(CanonicalJson.Of(stored), CanonicalJson.Of(output.Dataset));
    }

    [Fact]
    public async Task Each_segment_begins_with_the_checkpoint_of_the_one_before()
    {
        var (_, calls) = await RunAsync();
        var segments = calls.Where(call => call.StartsWith("train ", StringComparison.Ordinal)).Take(3)
            .Select(call => WorkflowJson.FromElement<TrainSegmentInput>(JsonDocument.Parse(call[6..]).RootElement)).ToArray();

        Assert.Equal([(0, 100), (100, 200), (200, 250)], segments.Select(s => (s.From, s.To)));
        Assert.Null(segments[0].Checkpoint);
        for (var i = 1; i < 3; i++)
            Assert.Equal(Blob("checkpoint " + CanonicalJson.Of(segments[i - 1])), segments[i].Checkpoint);
        Assert.Equal("clip-seed-1-steps-100-200", segments[1].Label);
        Assert.Equal(250, segments[0].Recipe.Schedule.TotalSteps);
        Assert.Equal(600, segments[0].Recipe.Model.Text.VocabularySize);
    }

    [Fact]
    public async Task Splits_that_are_not_named_are_all_but_train()
    {
        var (_, calls) = await RunAsync();
        var call = calls.First(c => c.StartsWith("evaluate ", StringComparison.Ordinal));
        var plan = WorkflowJson.FromElement<EvaluateInput>(JsonDocument.Parse(call["evaluate ".Length..]).RootElement).Plan;

        Assert.Equal(["seen", "unseen"], plan.Retrieval!);
        Assert.Equal(["seen"], plan.Geometry!);
        Assert.Equal(["seen", "unseen"], plan.ZeroShot.Select(z => z.Split!));
    }

    [Fact]
    public void A_warm_up_fits_into_the_epochs_of_the_data()
    {
        var given = Input().Experiment;
        Experiment Of(int epochs, int? warmup) =>
            given with { Training = given.Training! with { Steps = null, Epochs = epochs, Warmup = warmup } };
        int Warmup(Experiment experiment, int pairs) => Recipes.Of(
            experiment, experiment.Variants[0], 1, TestDataset with { TrainingPairs = pairs },
            new PreparedTokenizer(Blob("v"), 600)).Schedule.WarmupSteps;

        Assert.Equal([2, 50, 4], [Warmup(Of(1, null), 50), Warmup(Of(10, null), 1000), Warmup(Of(1, 4), 50)]);
        EvaluationPlan.Resolve(Of(1, 5), [TestDataset with { TrainingPairs = 50 }]);
        var late = Assert.Throws<ExperimentMisfitException>(
            () => EvaluationPlan.Resolve(Of(1, 6), [TestDataset with { TrainingPairs = 50 }]));
        Assert.Equal(
            "Dataset 't' has 50 training pairs, of which 1 epochs in batches of 10 are 5 steps: with training.warmup 6 no step would run at the full rate. "
            + "Lower or leave out training.warmup in the experiment file.", late.Message);
        Assert.Contains(
            "Lower training.epochs",
            Assert.Throws<ExperimentMisfitException>(
                () => EvaluationPlan.Resolve(Of(1_000_000, null), [TestDataset with { TrainingPairs = 100_000 }])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_are_measured_on_a_split_once()
    {
        var experiment = Input(Yaml.Replace(
            "[{ labels: category }]", "[{ labels: category }, { labels: category, split: seen, templates: [\"a {}\"] }]",
            StringComparison.Ordinal)).Experiment;
        Assert.Equal(
            "The classes 'category' of dataset 't' would be measured on split 'seen' twice. Put all templates into one zero-shot classification "
            + "of the experiment file.",
            Assert.Throws<ExperimentMisfitException>(() => EvaluationPlan.Resolve(experiment, [TestDataset])).Message);
    }

    [Fact]
    public void What_the_data_lacks_is_reported_before_training()
    {
        var experiment = Input().Experiment;
        string Problem(DatasetVersion dataset) =>
            Assert.Throws<ExperimentMisfitException>(() => EvaluationPlan.Resolve(experiment, [dataset])).Message;

        Assert.Equal(
            "Dataset 't' has 9 training pairs, fewer than training.batch 10. Lower training.batch in the experiment file.",
            Problem(TestDataset with { TrainingPairs = 9 }));
        Assert.Equal(
            "Dataset 't' has no sentence triples, which variant 'cyclip+ln' needs. Name a dataset that has them with "
                + "training.triples, or leave it out in the experiment file.",
            Problem(TestDataset with { Triples = 0 }));
        Assert.Equal(
            "Dataset 't' has 9 sentence triples, and variant 'cyclip+ln' needs 10 of them a step. "
            + "Lower training.triples_batch (by default training.batch), or leave it out in the experiment file.",
            Problem(TestDataset with { Triples = 9 }));
        var fewer = Input(Yaml.Replace("batch: 10,", "batch: 10, triples_batch: 9,")).Experiment;
        Assert.NotEmpty(EvaluationPlan.Resolve(fewer, [TestDataset with { Triples = 9 }]));
        Assert.Equal(
            "Dataset 't' has no class list 'category' (it has none). Correct evaluation.zero_shot in the experiment file.",
            Problem(TestDataset with { LabelSets = [] }));
        Assert.Equal(
            "Dataset 't' has no split 'seen' (it has train, unseen). Correct evaluation in the experiment file.",
            Problem(TestDataset with { Splits = ["train", "unseen"] }));
        Assert.StartsWith(
            "Dataset 't' has no split besides train", Problem(TestDataset with { Splits = ["train"] }), StringComparison.Ordinal);
    }
}
