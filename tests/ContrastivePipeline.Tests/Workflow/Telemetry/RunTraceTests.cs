using System.Diagnostics;

namespace ContrastivePipeline.Tests.Workflow.Telemetry;

/// <summary>What a small run, interrupted once and with a fault in one of its stages, tells whoever listens.</summary>
public sealed class RunTraceTests(AzuriteFixture azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trace_of_a_run_shows_every_stage_retry_and_segment_under_one_run_id()
    {
        using var folder = new TemporaryFolder();
        var store = await azurite.OpenStoreAsync();
        using var listening = new TelemetryListener();
        var run = await RunAsync(store, folder);

        var trace = CurrentRun.TraceOf(run.Id);
        var spans = listening.Spans.Where(span => span.TraceId == trace).ToArray();
        Assert.Equal(spans.Length, listening.Spans.Count(span => Equals(span.GetTagItem(PipelineTelemetry.RunIdTag), run.Id)));
        var sessions = spans.Where(span => span.ParentSpanId == default).ToArray();
        Assert.All(sessions, root => Assert.Equal("run", root.OperationName));
        Assert.Equal(["interrupted", "completed"], sessions.OrderBy(s => s.StartTimeUtc).Select(s => s.GetTagItem("contrastive.outcome")));

        var stages = spans.Where(span => span.OperationName.StartsWith("stage ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            run.Stages.Select(stage => $"{stage.Name} {stage.Label} {stage.Fingerprint}").Order(),
            stages.Select(span =>
                $"{span.GetTagItem("contrastive.stage")} {span.GetTagItem("contrastive.stage.label")} "
                + $"{span.GetTagItem("contrastive.stage.fingerprint")}").Distinct().Order());
        Assert.All(run.Stages, stage => Assert.Contains(
            stages, span => Equals(span.GetTagItem("contrastive.stage.fingerprint"), stage.Fingerprint)
            && Equals(span.GetTagItem("contrastive.outcome"), "completed")));

        var attempts = spans.Where(
            span => span.OperationName == "attempt" && Equals(span.GetTagItem("contrastive.stage.label"), FlakyTraining.Slice)).ToArray();
        Assert.Equal([1, 2], attempts.OrderBy(span => span.StartTimeUtc).Select(span => span.GetTagItem("contrastive.attempt")));
        Assert.Equal(
            ["retried", "completed"], attempts.OrderBy(span => span.StartTimeUtc).Select(span => span.GetTagItem("contrastive.outcome")));
        var failed = attempts.MinBy(span => span.StartTimeUtc)!;
        Assert.Equal((ActivityStatusCode.Error, FlakyTraining.Fault), (failed.Status, failed.StatusDescription));

        var segments = spans.Where(span => span.OperationName == "segment").ToArray();
        Assert.Equal(
            ["clip 0-2", "clip 2-4", "clip 4-6", "cyclip+ls 0-2", "cyclip+ls 2-4", "cyclip+ls 4-6"],
            segments.Select(s =>
                $"{s.GetTagItem("contrastive.variant")} {s.GetTagItem("contrastive.segment.from")}-{s.GetTagItem("contrastive.segment.to")}")
                .Distinct().Order());
        var byId = spans.ToDictionary(span => span.SpanId);
        Assert.All(segments, segment =>
        {
            var path = new List<string>();
            for (var span = segment; span is not null; span = byId.GetValueOrDefault(span.ParentSpanId))
                path.Add(span.OperationName);
            Assert.Equal(
                ["segment", "attempt", "stage train", "workflow training", "workflow trial", "workflow reproduction", "run"], path);
        });
        Assert.Contains(spans, span => span is { OperationName: "store write", Source.Name: "ContrastivePipeline.Storage" });
    }

    [Fact]
    public async Task Metrics_count_the_steps_and_the_requests_of_a_run()
    {
        using var folder = new TemporaryFolder();
        var store = await azurite.OpenStoreAsync();
        using var listening = new TelemetryListener();
        var run = await RunAsync(store, folder);

        // Six, and the two of the slice that failed after them.
        Assert.Equal(8, listening.Sum("contrastive.training.steps", run.Id, "contrastive.variant", "clip"));
        Assert.Equal(6 * 16, listening.Sum("contrastive.training.pairs", run.Id, "contrastive.variant", "cyclip+ls"));
        Assert.Equal(2, listening.Count("contrastive.stage.duration", run.Id, "contrastive.stage.label", FlakyTraining.Slice));
        var train = run.Stages.Single(stage => stage.Label == FlakyTraining.Slice);
        Assert.True(train.Lost.Store.Requests > 0 && train.Lost.CpuSeconds > 0, $"{train.Lost}");
        Assert.Equal(
            train.Usage.Store.Requests + train.Lost.Store.Requests,
            listening.Count("contrastive.store.request.duration", run.Id, "contrastive.stage.label", FlakyTraining.Slice));
        Assert.Equal(
            train.Usage.Store.BytesSent + train.Lost.Store.BytesSent,
            listening.Sum("contrastive.store.sent", run.Id, "contrastive.stage.label", FlakyTraining.Slice));
    }

    [Fact]
    public void The_trace_of_a_run_is_the_beginning_of_the_hash_of_its_id() =>
        Assert.Equal("f5a2088794999b9f6cf3183eb3353270", CurrentRun.TraceOf("demo-20261123-142045-3f2a").ToHexString());

    [Fact]
    public void A_span_of_a_run_inside_a_span_of_another_trace_is_linked_to_it()
    {
        using var listening = new TelemetryListener();
        using var host = new Activity("a host's own").Start();
        using var entered = CurrentRun.Enter("linked-20261123-142045-3f2a");
        using var span = PipelineTelemetry.StartSpan("stage x")!;

        Assert.Equal(CurrentRun.TraceOf("linked-20261123-142045-3f2a"), span.TraceId);
        Assert.Equal(default, span.ParentSpanId);
        Assert.Equal(host.Context, Assert.Single(span.Links).Context);
        using var inner = PipelineTelemetry.StartSpan("attempt")!;
        Assert.Equal(span.SpanId, inner.ParentSpanId);
    }

    /// <summary>Interrupted in its first training, then resumed; one slice fails once.</summary>
    private static async Task<RunRecord> RunAsync(ArtifactStore store, TemporaryFolder folder)
    {
        using var http = new HttpClient();
        var real = PipelineRegistry.Stages(http);
        var stages = new StageRegistry(
            real["prepare-dataset"], real["tokenizer"], new FlakyTraining((TrainSegmentStage)real["train"]), real["embed"],
            real["evaluate"], real["report"]);
        var runner = new StageRunner(store, stages, Path.Combine(folder.Path, "scratch"), TimeProvider.System);
        using var host = new LocalHost(runner, new WorkflowRegistry(PipelineRegistry.Workflows), WorkflowLab.Options, TimeProvider.System);
        var requests = new PipelineRequests(new ExperimentLibrary(null), _ => throw new InvalidOperationException("No emoji here."));
        var file = ShapesExperiment.Draw(folder.Path);
        var request = await requests.CreateAsync(await PipelineRequests.ReadAsync(file, Stop), store, null, fresh: false, Stop);
        var launcher = new RunLauncher(new RunStore(store), host, NullRunObserver.Instance, TimeProvider.System);

        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var observer =
            new RecordingObserver { OnEvent = e => _ = e is StageStarted { Stage.Name: "train" } ? interrupt.CancelAsync() : null };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => launcher.RunAsync(request, observer, interrupt.Token));
        return (await launcher.RunAsync(request, NullRunObserver.Instance, Stop)).Run;
    }

    private sealed class FlakyTraining(TrainSegmentStage real)
        : Stage<TrainSegmentInput, TrainedSegment>("train", real.Version, StageResource.Training)
    {
        public const string Slice = "clip-seed-1-steps-4-6";
        public const string Fault = "the store was away for a test";
        private int _faults = 1;

        public override async Task<TrainedSegment> RunAsync(
            TrainSegmentInput input, StageContext context, CancellationToken cancellationToken)
        {
            var trained = await real.RunAsync(input, context, cancellationToken);
            return input.Label == Slice && Interlocked.Decrement(ref _faults) >= 0 ? throw new StoreUnavailableException(Fault) : trained;
        }

        protected override string Label(TrainSegmentInput input) => input.Label;
    }
}
