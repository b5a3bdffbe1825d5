using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>The app's orchestrations on the Durable Task engine, with known answers of their activities.</summary>
public sealed class OrchestrationTests
{
    private const string LongTraining =
        """
        name: t
        dataset: { source: { kind: emoji } }
        training: { steps: 4000, segment: 100, batch: 10 }
        variants: [clip]
        evaluation: { geometry: [seen] }
        """;

    private static readonly OrchestrationScope Scope = new("t-20261123-142045-3f2a", 1, "", PipelineStages.Train.Name, null, 100)
    {
        Retry = ActivityRetry.Default with { FirstWait = TimeSpan.FromMilliseconds(20), LongestWait = TimeSpan.FromMilliseconds(50) },
    };

    private static readonly ActivityAnswer Away = new(null, "The store is away.") { MayPass = true };

    private readonly ConcurrentQueue<RunEnd> _ends = [];

    private RunEnd End => Assert.Single(_ends);

    [Fact]
    public async Task A_run_asks_for_the_same_as_on_the_local_port_and_records_its_end()
    {
        await using var lab = await StartAsync();
        var run = await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.Equal(CanonicalJson.Of(await LocalOutputAsync()), CanonicalJson.Of(Output(run).GetProperty("output")));
        Assert.Equal((Scope.RunId, RunState.Completed), (End.RunId, End.State));
        Assert.Equal(CanonicalJson.Of(Output(run).GetProperty("output")), CanonicalJson.Of(End.Output!.Value));
        string[] activities =
        [
            "EmbedActivity 12", "EndRunActivity 1", "EvaluateActivity 4", "PrepareDatasetActivity 1", "ReportActivity 1",
            "TokenizerActivity 1",
            "TrainActivity 12",
        ];
        Assert.Equal(activities, lab.Done.CountBy(name => name).Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(["run", "run:clip-seed-1", "run:clip-seed-1:training"], lab.Instances.Keys.Order(StringComparer.Ordinal).Take(3));
        Assert.Equal("done", JsonDocument.Parse(run.SerializedCustomStatus!).RootElement.GetProperty("Phase").GetString());
    }

    [Fact]
    public async Task A_transient_fault_is_tried_again()
    {
        var failures = 3;
        await using var lab = await StartAsync((name, _) =>
            name == "TokenizerActivity" && Interlocked.Decrement(ref failures) >= 0 ? Away : null);
        var run = await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.Equal(OrchestrationRuntimeStatus.Completed, run.RuntimeStatus);
        Assert.Equal(4, lab.Done.Count(name => name == "TokenizerActivity"));
        Assert.Equal(RunState.Completed, End.State);
    }

    [Fact]
    public void Waits_between_attempts_are_5_10_20_and_40_seconds() =>
        Assert.Equal(new ActivityRetry(5, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)), OrchestrationScope.Alone.Retry);

    [Fact]
    public async Task A_fault_that_outlasts_five_attempts_fails_the_run()
    {
        await using var lab = await StartAsync((name, _) => name == "TrainActivity" ? Away : null);
        var run = await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.Equal(OrchestrationRuntimeStatus.Failed, run.RuntimeStatus);
        Assert.Equal("TrainActivity was tried 5 times and failed: The store is away.", run.FailureDetails!.ErrorMessage);
        Assert.Equal((RunState.Failed, run.FailureDetails.ErrorMessage), (End.State, End.Error));
        Assert.DoesNotContain("ReportActivity", lab.Done);
    }

    [Fact]
    public async Task A_permanent_failure_is_not_tried_again_and_keeps_its_message()
    {
        const string Why = "Stage train (clip-seed-1) failed: The loss is NaN at step 3.";
        await using var lab = await StartAsync((name, input) =>
            name == "TrainActivity" && input.GetRawText().Contains("cyclip", StringComparison.Ordinal)
            ? new ActivityAnswer(null, Why) : null);
        await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.Equal((RunState.Failed, Why), (End.State, End.Error));
        // Those beside it were let finish.
        Assert.Equal(2, lab.Done.Count(name => name == "EvaluateActivity"));
        Assert.Equal(2 + 2 * 3, lab.Done.Count(name => name == "TrainActivity"));
    }

    [Fact]
    public async Task A_cancelled_run_is_interrupted_and_not_failed()
    {
        await using var lab = await StartAsync((name, _) => name == "TrainActivity" ? ActivityAnswer.Cancelled : null);
        var run = await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.Equal((RunState.Interrupted, null), (End.State, End.Error));
        // No orchestration failed: nothing for the host to log as an error.
        var instances = await lab.Client.GetAllInstancesAsync().ToArrayAsync(TestContext.Current.CancellationToken);
        Assert.All(instances, instance => Assert.Equal(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus));
        Assert.Equal(RunState.Interrupted, WorkflowJson.FromElement<RunEnd>(run.ReadOutputAs<JsonElement>()).State);
    }

    [Fact]
    public async Task A_run_that_failed_with_the_words_of_a_cancel_has_failed()
    {
        await using var lab = await StartAsync(
            (name, _) => name == "TrainActivity" ? new ActivityAnswer(null, "Stage train failed: " + RunEnd.Cancelled) : null);
        await lab.RunAsync("ReproductionOrchestration", Input());
        Assert.Equal(RunState.Failed, End.State);
    }

    [Fact]
    public async Task A_worker_that_dies_costs_no_attempt()
    {
        var (deaths, failures) = (7, 4);
        await using var lab = await StartAsync((name, _) => name != "TokenizerActivity" ? null
            : Interlocked.Decrement(ref deaths) >= 0 ? throw new InvalidOperationException("dotnet exited with code 137 (0x89).")
            : Interlocked.Decrement(ref failures) >= 0 ? Away : null);
        await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.Equal(RunState.Completed, End.State);
        Assert.Equal(12, lab.Done.Count(name => name == "TokenizerActivity"));
    }

    [Fact]
    public async Task A_stage_that_kills_every_worker_ends_the_run_and_says_so()
    {
        await using var lab = await StartAsync(
            (name, _) => name == "TokenizerActivity" ? throw new InvalidOperationException("dotnet exited with code 137.") : null);
        await lab.RunAsync("ReproductionOrchestration", Input());

        Assert.Equal(RunState.Failed, End.State);
        Assert.Equal(8, lab.Done.Count(name => name == "TokenizerActivity"));
        Assert.StartsWith("TokenizerActivity lost its worker 8 times; the last time the host said: dotnet exited with code 137.", End.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_the_host_failed_is_started_again()
    {
        var failures = 2;
        await using var lab = await DurableLab.StartAsync(
            (_, input) => Task.FromResult<object>(new ActivityAnswer(input.GetProperty("input"), null)),
            ("TrialOrchestration", _ => Interlocked.Decrement(ref failures) >= 0
                ? throw new ObjectDisposedException("IServiceProvider")
                : Task.FromResult(JsonSerializer.SerializeToElement("output"))),
            ("Parent", async context =>
                JsonSerializer.SerializeToElement(await new DurableWorkflowContext(context, new OrchestrationInput(Scope, default))
                .CallWorkflowAsync(new WorkflowReference<int, string>("trial"), 1, "child"))));
        var run = await lab.RunAsync("Parent", null);

        Assert.Equal("output", run.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_run_is_completed_though_its_end_was_asked_for_twice()
    {
        var losses = 1;
        await using var lab = await StartAsync((name, _) =>
            name == "EndRunActivity" && Interlocked.Decrement(ref losses) >= 0
            ? throw new InvalidOperationException("dotnet exited.") : null);
        var run = await lab.RunAsync("ReproductionOrchestration", Input());
        Assert.Equal((OrchestrationRuntimeStatus.Completed, RunState.Completed), (run.RuntimeStatus, _ends.Last().State));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_cancelled_run_begins_no_further_trial(int atOnce)
    {
        await using var lab = await StartAsync((name, _) => name == "TrainActivity" ? ActivityAnswer.Cancelled : null);
        await lab.RunAsync("ReproductionOrchestration", Input(Scope with { TrialsAtOnce = atOnce }));

        Assert.Equal(RunState.Interrupted, End.State);
        Assert.Equal(atOnce, lab.Done.Count(name => name == "TrainActivity"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task However_many_trials_run_at_once_and_whichever_activity_ends_first_the_output_is_the_same(int atOnce)
    {
        await using var lab = await StartAsync(delay: new Random(atOnce));
        var run = await lab.RunAsync("ReproductionOrchestration", Input(Scope with { TrialsAtOnce = atOnce }));
        Assert.Equal(CanonicalJson.Of(await LocalOutputAsync()), CanonicalJson.Of(Output(run).GetProperty("output")));
    }

    [Fact]
    public async Task A_long_training_begins_a_new_history_every_sixteen_segments()
    {
        // Answers that do not repeat their input, which would double from segment to segment.
        await using var lab = await StartAsync((name, input) =>
        {
            var artifact = new Artifact("a", 1, Fingerprint.Of(input));
            return name == "TrainActivity"
                ? new ActivityAnswer(WorkflowJson.ToElement(new TrainedSegment(artifact, artifact, artifact)), null) : null;
        });
        var run = await lab.RunAsync("ReproductionOrchestration", Input(yaml: LongTraining));

        Assert.Equal([16, 16, 8], lab.Instances["run:clip-seed-1:training"].Histories.Select(history => history.Count));
        Assert.Equal(40, WorkflowJson.FromElement<PipelineOutput>(Output(run).GetProperty("output")).Trials.Single().Curves.Count);
    }

    [Fact]
    public async Task An_orchestration_that_asks_for_something_else_when_replayed_fails()
    {
        var calls = 0;
        string[] activities = ["TokenizerActivity", "ReportActivity"];
        await using var lab = await DurableLab.StartAsync(
            (_, _) => Task.FromResult<object>(new ActivityAnswer(null, null)),
            ("Restless", async context =>
            {
                await context.CallActivityAsync<ActivityAnswer>(activities[calls++ % 2], 1);
                return default;
            }
        ));
        var run = await lab.RunAsync("Restless", null);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, run.RuntimeStatus);
        Assert.Contains("Non-Deterministic", run.FailureDetails!.ErrorMessage, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caption_refresh_publishes_what_it_made_and_nothing_where_no_caption_changed(bool changed)
    {
        var table = new RefreshCaptionsInput("d", "v1", RefreshMode.Patch, new Artifact("t", 1, Fingerprint.Of("t")), "t.csv");
        await using var lab = await DurableLab.StartAsync((_, input) =>
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
        Assert.Equal(changed ? 8 : 7, Output(refresh).GetProperty("output").GetProperty("revision").GetInt64());
    }

    internal static RefreshRecord Record(string? version) => new(
        "0123456789ab", "d", "v1", version, RefreshMode.Patch, "t.csv", 1, Fingerprint.Of("t"), new RefreshRows(1, 0, 1, 0, 0, 0),
        new RefreshCaptions(1, 1, 0, 0), new RefreshParts(1, 1, 1), new Dictionary<string, long>(), new RefreshExamples([], []), null);

    private static OrchestrationInput Input(OrchestrationScope? scope = null, string? yaml = null) => new(
        scope ?? Scope, WorkflowJson.ToElement(yaml is null ? PipelineWorkflowTests.Input() : PipelineWorkflowTests.Input(yaml)));

    private static JsonElement Output(OrchestrationMetadata run) => run.ReadOutputAs<JsonElement>();

    /// <summary>What the same run comes to on the local port.</summary>
    private static async Task<JsonElement> LocalOutputAsync()
    {
        var port = new ReplayContext(PipelineWorkflowTests.Answer).With(PipelineWorkflow.Trial).With(PipelineWorkflow.Training);
        var output = await PipelineWorkflow.Main.RunAsync(port, Input().Input);
        return JsonDocument.Parse(output.GetRawText().Replace(port.RunId, Scope.RunId, StringComparison.Ordinal)).RootElement;
    }

    private static JsonElement AnswerOf(StageRequest request)
    {
        var answer = PipelineWorkflowTests.Answer(request.Stage, request.Input);
        return JsonSerializer.SerializeToElement(answer, answer.GetType(), WorkflowJson.Options);
    }

    /// <summary>
    /// Answers as <see cref="ActivityHost"/> does; <paramref name="first"/> may answer in its place, or throw; <paramref name="delay"/> lets
    /// activities end in another order than they began.
    /// </summary>
    private Task<DurableLab> StartAsync(Func<string, JsonElement, object?>? first = null, Random? delay = null) => DurableLab.StartAsync(
        async (activity, input) =>
        {
            if (delay is not null)
            {
                await Task.Delay(WaitOf(delay));
            }
            if (first?.Invoke(activity, input) is { } answer)
                return answer;
            if (activity == "EndRunActivity")
            {
                var end = input.Deserialize<OperationRequest>()!;
                _ends.Enqueue(WorkflowJson.FromElement<RunEnd>(end.Input));
                return new ActivityAnswer(end.Input, null);
            }
            var request = input.Deserialize<StageRequest>()!;
            Assert.Equal((Scope.RunId, ""), (request.RunId, request.Generation));
            return new ActivityAnswer(AnswerOf(request), null);
        });

    private static int WaitOf(Random random)
    {
        lock (random)
        {
            return random.Next(30);
        }
    }
}
