using System.Text.Json;
using ContrastivePipeline.Data.Refresh;
using ContrastivePipeline.Functions.Orchestrations;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Tests.Workflow;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Hosting.Activities;
using ContrastivePipeline.Workflow.Refreshing;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>The app's orchestrations with recorded results, replayed at every step.</summary>
public sealed class OrchestrationTests
{
    private static readonly OrchestrationScope s_scope = new("t-20261123-142045-3f2a", 1, "", ReproductionStages.Train.Name, null, 100);

    private readonly List<RunEnd> _ends = [];

    private static OrchestrationInput Input(OrchestrationScope? scope = null, string? yaml = null) => new(
        scope ?? s_scope, WorkflowJson.ToElement(yaml is null ? ReproductionWorkflowTests.Input() : ReproductionWorkflowTests.Input(yaml)));

    /// <summary>Answers as <see cref="ActivityHost"/> does; <paramref name="first"/> may answer in its place, or throw.</summary>
    private OrchestrationLab Lab(Func<string, JsonElement, object?>? first = null, Func<int, int>? order = null) => new(
        (activity, input) =>
        {
            if (first?.Invoke(activity, input) is { } answer)
                return Task.FromResult(answer);
            if (activity == "EndRunActivity")
            {
                var end = input.Deserialize<OperationRequest>()!;
                _ends.Add(WorkflowJson.FromElement<RunEnd>(end.Input));
                return Task.FromResult<object>(new ActivityAnswer(end.Input, null));
            }
            var request = input.Deserialize<StageRequest>()!;
            Assert.Equal((s_scope.RunId, ""), (request.RunId, request.Generation));
            return Task.FromResult<object>(new ActivityAnswer(AnswerOf(request), null));
        }, order);

    private static JsonElement AnswerOf(StageRequest request)
    {
        var answer = ReproductionWorkflowTests.Answer(request.Stage, request.Input);
        return JsonSerializer.SerializeToElement(answer, answer.GetType(), WorkflowJson.Options);
    }

    private RunEnd End => Assert.Single(_ends);

    [Fact]
    public async Task A_run_does_what_it_does_on_the_local_port_and_tells_its_end()
    {
        var lab = Lab();
        var run = await lab.RunAsync("ReproductionOrchestration", Input());

        var port = new ReplayContext(ReproductionWorkflowTests.Answer).With(ReproductionWorkflow.Trial).With(ReproductionWorkflow.Training);
        var local = await ReproductionWorkflow.Main.RunAsync(port, Input().Input);
        Assert.Equal(
            CanonicalJson.Of(local).Replace(port.RunId, s_scope.RunId, StringComparison.Ordinal), CanonicalJson.Of(run.Output));
        Assert.Equal((s_scope.RunId, RunState.Completed), (End.RunId, End.State));
        Assert.Equal(CanonicalJson.Of(run.Output), CanonicalJson.Of(End.Output!.Value));
        Assert.Equal(["EmbedActivity 4", "EndRunActivity 1", "EvaluateActivity 4", "PrepareDatasetActivity 1", "ReportActivity 1", "TokenizerActivity 1", "TrainActivity 12"],
            lab.Done.CountBy(name => name).Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(["run", "run:clip-seed-1", "run:clip-seed-1:training"], lab.Instances.Keys.Order(StringComparer.Ordinal).Take(3));
        Assert.Equal("done", JsonDocument.Parse(run.Status!).RootElement.GetProperty("Phase").GetString());
        Assert.Equal(TimeSpan.Zero, lab.Elapsed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task In_whatever_order_activities_end_replays_ask_for_the_same_and_the_output_is_the_same(int seed)
    {
        var inOrder = await Lab().RunAsync("ReproductionOrchestration", Input());
        var random = new Random(seed);
        var lab = Lab(order: random.Next);
        var run = await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.Equal(CanonicalJson.Of(inOrder.Output), CanonicalJson.Of(run.Output));
        Assert.True(lab.Replays > lab.Done.Count);
    }

    [Fact]
    public async Task What_may_pass_is_tried_again_after_growing_waits()
    {
        var failures = 3;
        var lab = Lab((name, _) => name == "TokenizerActivity" && failures-- > 0 ? throw new HttpRequestException("The store is away.") : null);
        var run = await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.NotEqual(default, run.Output);
        Assert.Equal(4, lab.Done.Count(name => name == "TokenizerActivity"));
        Assert.Equal(TimeSpan.FromSeconds(5 + 10 + 20), lab.Elapsed);
        Assert.Equal(RunState.Completed, End.State);
    }

    [Fact]
    public async Task What_does_not_pass_within_five_attempts_fails_the_run()
    {
        var lab = Lab((name, _) => name == "TrainActivity" ? throw new HttpRequestException("The store is away.") : null);
        var run = await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.Equal("TrainActivity was tried 5 times and failed: The store is away.", run.Failure!.ErrorMessage);
        Assert.Equal((RunState.Failed, run.Failure.ErrorMessage), (End.State, End.Error));
        Assert.DoesNotContain("ReportActivity", lab.Done);
    }

    [Fact]
    public async Task A_failure_for_good_is_not_tried_again_and_is_told_in_its_own_words()
    {
        const string Why = "Stage train (clip-seed-1) failed: The loss is NaN at step 3.";
        var lab = Lab((name, input) => name == "TrainActivity" && input.GetRawText().Contains("cyclip", StringComparison.Ordinal) ? new ActivityAnswer(null, Why) : null);
        await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.Equal((RunState.Failed, Why), (End.State, End.Error));
        Assert.Equal(TimeSpan.Zero, lab.Elapsed);
        // Those beside it were let finish.
        Assert.Equal(2, lab.Done.Count(name => name == "EvaluateActivity"));
        Assert.Equal(2 + 2 * 3, lab.Done.Count(name => name == "TrainActivity"));
    }

    [Fact]
    public async Task A_cancelled_run_is_interrupted_and_not_failed()
    {
        var lab = Lab((name, _) => name == "TrainActivity" ? new ActivityAnswer(null, RunEnd.Cancelled) : null);
        await lab.RunAsync("ReproductionOrchestration", Input());
        Assert.Equal((RunState.Interrupted, null), (End.State, End.Error));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_cancelled_run_begins_no_further_trial(int atOnce)
    {
        var lab = Lab((name, _) => name == "TrainActivity" ? new ActivityAnswer(null, RunEnd.Cancelled) : null);
        await lab.RunAsync("ReproductionOrchestration", Input(s_scope with { TrialsAtOnce = atOnce }));

        Assert.Equal(RunState.Interrupted, End.State);
        Assert.Equal(atOnce, lab.Done.Count(name => name == "TrainActivity"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task However_many_trials_are_at_work_at_once_the_output_is_the_same(int atOnce)
    {
        var all = await Lab().RunAsync("ReproductionOrchestration", Input());
        var few = await Lab(order: new Random(atOnce).Next).RunAsync("ReproductionOrchestration", Input(s_scope with { TrialsAtOnce = atOnce }));
        Assert.Equal(CanonicalJson.Of(all.Output), CanonicalJson.Of(few.Output));
    }

    [Fact]
    public async Task A_long_training_sheds_its_history_every_sixteen_segments()
    {
        const string Yaml =
            """
            name: t
            dataset: { source: { kind: emoji } }
            training: { steps: 4000, segment: 100, batch: 10 }
            variants: [clip]
            evaluation: { geometry: [seen] }
            """;
        // Answers that do not repeat their input, which would double from segment to segment.
        var lab = Lab((name, input) =>
        {
            var artifact = new Artifact("a", 1, Fingerprint.Of(input));
            return name == "TrainActivity" ? new ActivityAnswer(WorkflowJson.ToElement(new TrainedSegment(artifact, artifact, artifact)), null) : null;
        });
        var run = await lab.RunAsync("ReproductionOrchestration", Input(yaml: Yaml));

        var training = lab.Instances["run:clip-seed-1:training"];
        Assert.Equal([16, 16], training.Histories.Select(history => history.Actions.Count));
        Assert.Equal(8, training.History.Actions.Count);
        Assert.Equal(40, WorkflowJson.FromElement<ReproductionOutput>(run.Output).Trials.Single().Curves.Count);
    }

    [Fact]
    public async Task An_orchestration_that_asks_for_something_else_when_replayed_is_caught()
    {
        var lab = Lab((_, _) => new ActivityAnswer(default(JsonElement), null));
        var calls = 0;
        lab.Orchestrations["Restless"] = async context =>
        {
            await context.CallActivityAsync<ActivityAnswer>($"Activity{calls++}");
            return default;
        };
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => lab.RunAsync("Restless", "null", "run"));
        Assert.Contains("not deterministic", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caption_refresh_publishes_what_it_made_and_nothing_where_no_caption_changed(bool changed)
    {
        var table = new RefreshCaptionsInput("d", "v1", RefreshMode.Patch, new Artifact("t", 1, Fingerprint.Of("t")), "t.csv");
        var lab = new OrchestrationLab((name, input) =>
        {
            var request = input.Deserialize<StageRequest>()!;
            Assert.Equal("", request.RunId);
            return Task.FromResult<object>(new ActivityAnswer(request.Stage switch
            {
                "refresh-captions" => WorkflowJson.ToElement(new RefreshedCaptions(Record(changed ? "v2" : null), null)),
                "publish-version" => WorkflowJson.ToElement(new PublishedVersion(8)),
                var other => throw new ArgumentException(other),
            }, null));
        });
        var input = new OrchestrationInput(OrchestrationScope.Alone, WorkflowJson.ToElement(new CaptionRefreshInput(table, 7)));
        var refresh = await lab.RunAsync("CaptionRefreshOrchestration", input);

        Assert.Equal(changed ? ["RefreshCaptionsActivity", "PublishVersionActivity"] : ["RefreshCaptionsActivity"], lab.Done);
        Assert.Equal(changed ? 8 : 7, refresh.Output.GetProperty("output").GetProperty("revision").GetInt64());
    }

    internal static RefreshRecord Record(string? version) => new(
        "0123456789ab", "d", "v1", version, RefreshMode.Patch, "t.csv", 1, Fingerprint.Of("t"), new RefreshRows(1, 0, 1, 0, 0, 0),
        new RefreshCaptions(1, 1, 0, 0), new RefreshParts(1, 1, 1), new Dictionary<string, long>(), new RefreshExamples([], []), null);
}
