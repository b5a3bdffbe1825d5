namespace ContrastivePipeline.Tests.Workflow;

public sealed class LocalRunControlTests : IDisposable
{
    private readonly AzuriteFixture _azurite;
    private readonly TemporaryFolder _folder = new();
    private readonly string _yaml;

    public LocalRunControlTests(AzuriteFixture azurite)
    {
        _azurite = azurite;
        _yaml = File.ReadAllText(ShapesExperiment.Draw(_folder.Path)).Replace("[clip, cyclip+ls]", "[clip]", StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Long(string name = "shapes") =>
        _yaml.Replace("steps: 6, segment: 2", "steps: 100000, segment: 50000", StringComparison.Ordinal)
        .Replace("name: shapes\n", $"name: {name}\n", StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_goes_on_without_its_caller_and_a_repeated_request_finds_it()
    {
        await using var server = await ServeAsync();
        var start = new RunStart(null, _yaml, IdempotencyKey: "key 1");

        var ticket = await server.Control.StartAsync(start, Cancellation);
        var atOnce = await server.Control.StartAsync(start, Cancellation);
        var run = await server.WaitAsync(ticket.RunId, RunState.Completed);

        Assert.Equal(ticket with { Repeated = true }, atOnce);
        Assert.Equal(("shapes", false, false), (ticket.Experiment, ticket.Resumed, ticket.Repeated));
        Assert.Equal($"Run {run.Id} started", run.Log[0].Text);
        Assert.Equal($"Run {run.Id} completed", run.Log[^1].Text);
        Assert.Contains(run.Log, line => line.ToString().StartsWith("train (clip-seed-1-steps-0-2): done in ", StringComparison.Ordinal));
        Assert.All(run.Stages, stage => Assert.True(stage.Started >= run.Started && stage.Finished >= stage.Started));

        await using var restarted = await ServeAsync(server.Store);
        Assert.Equal(ticket.RunId, (await restarted.Control.StartAsync(start, Cancellation)).RunId);
        var fault = await Assert.ThrowsAsync<IdempotencyConflictException>(
            () => restarted.Control.StartAsync(start with { Fresh = true }, Cancellation));
        Assert.Equal(ticket.RunId, fault.RunId);
        await Assert.ThrowsAsync<RunStateException>(() => restarted.Control.CancelAsync(ticket.RunId, Cancellation));
        await Assert.ThrowsAsync<RunStateException>(() => restarted.Control.ResumeAsync(ticket.RunId, Cancellation));
    }

    [Fact]
    public async Task A_run_is_cancelled_and_resumed_under_its_id()
    {
        await using var server = await ServeAsync();
        var ticket = await server.Control.StartAsync(new RunStart(null, Long()), Cancellation);
        await server.WaitForStageAsync(ticket.RunId, "train");

        await Assert.ThrowsAsync<RunBusyException>(() => server.Control.StartAsync(new RunStart(null, _yaml), Cancellation));
        await Assert.ThrowsAsync<RunBusyException>(() => server.Control.ResumeAsync(ticket.RunId, Cancellation));
        await server.Control.CancelAsync(ticket.RunId, Cancellation);
        await server.WaitAsync(ticket.RunId, RunState.Interrupted);
        await server.Control.CancelAsync(ticket.RunId, Cancellation);

        var resumed = await server.Control.ResumeAsync(ticket.RunId, Cancellation);
        Assert.Equal(ticket with { Resumed = true }, resumed);
        await server.WaitAsync(ticket.RunId, RunState.Running);
        await server.DisposeAsync();
        var stopped = await server.Runs.GetAsync(ticket.RunId, Cancellation);
        Assert.Equal((RunState.Interrupted, 2), (stopped!.State, stopped.Session));
    }

    [Fact]
    public async Task A_run_is_cancelled_from_another_process()
    {
        await using var worker = await ServeAsync();
        await using var other = await ServeAsync(worker.Store);
        var ticket = await worker.Control.StartAsync(new RunStart(null, Long()), Cancellation);

        await other.Control.CancelAsync(ticket.RunId, Cancellation);

        var run = await other.WaitAsync(ticket.RunId, RunState.Interrupted);
        Assert.Contains(run.Log, line => line.Text == "Asked to stop at the next checkpoint");
        Assert.True((await other.Control.ResumeAsync(ticket.RunId, Cancellation)).Resumed);
        await other.WaitForStageAsync(ticket.RunId, "train");
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
        Assert.Equal(RunState.Running, (await other.Runs.GetAsync(ticket.RunId, Cancellation))!.State);
    }

    [Fact]
    public async Task More_runs_than_places_wait_and_then_are_refused()
    {
        await using var server = await ServeAsync(
            options: new LocalRunControlOptions { RunsAtOnce = 1, WaitingRuns = 1, DataFolder = _folder.Path });
        var first = await server.Control.StartAsync(new RunStart(null, Long("first")), Cancellation);
        var second = await server.Control.StartAsync(new RunStart(null, _yaml), Cancellation);

        await Assert.ThrowsAsync<RunLimitException>(() => server.Control.StartAsync(new RunStart(null, Long("third")), Cancellation));
        await server.WaitAsync(second.RunId, run => run.Status?.Phase == "waiting for other runs");
        await server.Control.CancelAsync(first.RunId, Cancellation);
        await server.WaitAsync(second.RunId, RunState.Completed);
    }

    [Fact]
    public async Task A_run_whose_process_died_is_cancelled_and_only_the_last_is_resumed()
    {
        await using var server = await ServeAsync();
        var done = await server.Control.StartAsync(new RunStart(null, _yaml), Cancellation);
        var run = await server.WaitAsync(done.RunId, RunState.Completed);
        var died =
            run with
            {
                Id = "shapes-20300101-000000-abcd",
                State = RunState.Running,
                Started = run.Started.AddDays(1),
                Output = null,
                Finished = null
            };
        await server.Runs.CreateAsync(died, Cancellation);
        var older = died with { Id = "shapes-20290101-000000-abcd", State = RunState.Interrupted, Started = run.Started.AddHours(1) };
        await server.Runs.CreateAsync(older, Cancellation);

        await server.Control.CancelAsync(died.Id, Cancellation);

        Assert.Equal(RunState.Interrupted, (await server.Runs.GetAsync(died.Id, Cancellation))!.State);
        var fault = await Assert.ThrowsAsync<RunStateException>(() => server.Control.ResumeAsync(older.Id, Cancellation));
        Assert.Contains($"'{died.Id}' came after it", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RunNotFoundException>(() => server.Control.ResumeAsync("shapes-20300101-000000-ffff", Cancellation));
        await Assert.ThrowsAsync<RunNotFoundException>(() => server.Control.CancelAsync("../../etc/passwd", Cancellation));
        Assert.Equal(died.Id, (await server.Control.ResumeAsync(died.Id, Cancellation)).RunId);
        await server.WaitAsync(died.Id, RunState.Completed);
    }

    [Fact]
    public async Task A_request_that_makes_no_sense_starts_nothing()
    {
        await using var server = await ServeAsync();
        RunStart[] wrong =
        [
            new(null, null), new("demo", _yaml), new("no-such", null), new("../demo", null), new(null, _yaml, IdempotencyKey: ""),
            new(null, _yaml, IdempotencyKey: "a\nb"), new(null, _yaml, IdempotencyKey: new string('k', 201)),
        ];
        foreach (var start in wrong)
            await Assert.ThrowsAsync<RunRequestException>(() => server.Control.StartAsync(start, Cancellation));
        await Assert.ThrowsAsync<ExperimentInvalidException>(
            () => server.Control.StartAsync(new RunStart(null, "name: [", Fresh: true), Cancellation));
        Assert.Null(await server.Runs.LatestAsync(null, Cancellation));
    }

    private async Task<Server> ServeAsync(ArtifactStore? store = null, LocalRunControlOptions? options = null) => new(
        store ?? await _azurite.OpenStoreAsync(), Path.Combine(_folder.Path, "scratch"),
        options ?? new LocalRunControlOptions { DataFolder = _folder.Path });

    /// <summary>What a server has.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly LocalPipeline _pipeline;

        public Server(ArtifactStore store, string scratch, LocalRunControlOptions options)
        {
            _pipeline = new LocalPipeline(store, scratch, TimeProvider.System);
            var requests = new PipelineRequests(ExperimentLibrary.OfProcess(), _ => throw new InvalidOperationException("no emoji here"));
            Control = new LocalRunControl(_pipeline, requests, options, new RecordingObserver());
        }

        public LocalRunControl Control { get; }

        public ArtifactStore Store => _pipeline.Store;

        public RunStore Runs => _pipeline.Runs;

        public Task<RunRecord> WaitAsync(string id, RunState state) => WaitAsync(id, run => run.State == state);

        public Task<RunRecord> WaitForStageAsync(string id, string stage) =>
            WaitAsync(id, run => run.Stages.Any(s => s.Name == stage && s.State == RunState.Running));

        public async Task<RunRecord> WaitAsync(string id, Func<RunRecord, bool> condition)
        {
            for (var i = 0; i < 600; i++)
            {
                if (await Runs.GetAsync(id, Cancellation) is { } run && condition(run))
                    return run;
                await Task.Delay(100, Cancellation);
            }
            throw new TimeoutException($"Run {id} is {CanonicalJson.Of(await Runs.GetAsync(id, Cancellation))}");
        }

        public async ValueTask DisposeAsync()
        {
            await Control.DisposeAsync();
            _pipeline.Dispose();
        }
    }
}
