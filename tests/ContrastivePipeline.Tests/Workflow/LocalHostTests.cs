namespace ContrastivePipeline.Tests.Workflow;

public sealed class LocalHostTests(AzuriteFixture azurite)
{
    private static readonly WorkflowReference<Number, Number> Root = new("root");
    private static readonly RunScope Scope = new("root-1", "");

    private static WorkflowDefinition Calling(Stage<Number, Number> stage) =>
        new WorkflowDefinition<Number, Number>("root", (context, input) => context.CallAsync(stage.Reference, input));

    private static MethodStage<Number, Number> Failing(int times, Func<Exception> fault)
    {
        var left = times;
        return new("fail", (input, _, _) => Interlocked.Decrement(ref left) >= 0 ? throw fault() : Task.FromResult(input));
    }

    [Fact]
    public async Task Runs_a_stage_then_finds_it()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = new MethodStage<Number, Number>("double", (input, context, _) =>
        {
            context.Progress.Report(new StageProgress(1, 2, "halves"));
            context.Note("half way");
            return Task.FromResult(new Number(input.Value * 2));
        });
        using var host = lab.Host(Calling(stage), stage);
        var first = new RecordingObserver();
        var second = new RecordingObserver();

        Assert.Equal(new Number(8), await host.RunAsync(Root, new Number(4), Scope, first, TestContext.Current.CancellationToken));
        Assert.Equal(new Number(8), await host.RunAsync(Root, new Number(4), Scope, second, TestContext.Current.CancellationToken));

        Assert.Equal(1, stage.Runs);
        Assert.Equal(
            [typeof(StageStarted), typeof(StageProgressed), typeof(StageNoted), typeof(StageCompleted)],
            first.Events.Select(e => e.GetType()));
        Assert.Equal([typeof(StageCached)], second.Events.Select(e => e.GetType()));
    }

    [Fact]
    public async Task Retries_a_transient_fault()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = Failing(2, () => new StoreUnavailableException("the store is away"));
        using var host = lab.Host(Calling(stage), stage);
        var observer = new RecordingObserver();

        await host.RunAsync(Root, new Number(1), Scope, observer, TestContext.Current.CancellationToken);

        Assert.Equal(3, stage.Runs);
        Assert.Equal([1, 2], observer.Events.OfType<StageRetried>().Select(e => e.Attempt));
        Assert.Equal(3, Assert.Single(observer.Events.OfType<StageCompleted>()).Attempts);
    }

    [Fact]
    public async Task Gives_up_a_transient_fault_that_stays()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = Failing(int.MaxValue, () => new HttpRequestException("no route"));
        using var host = lab.Host(Calling(stage), stage);

        var fault = await Assert.ThrowsAsync<StageFailedException>(
            () => host.RunAsync(Root, new Number(1), Scope, new RecordingObserver(), TestContext.Current.CancellationToken));

        Assert.Equal(3, stage.Runs);
        Assert.Equal("Stage fail (n-1) failed after 3 attempts: no route", fault.Message);
    }

    public static TheoryData<Exception> PermanentFaults =>
    [
        new PermanentStageException("the loss is not finite"),
        new InvalidOperationException("a bug"),
        new FileNotFoundException("no such image"),
        new StoreAccessDeniedException("not yours"),
    ];

    [Theory]
    [MemberData(nameof(PermanentFaults), DisableDiscoveryEnumeration = true)]
    public async Task Does_not_retry_what_would_fail_again(Exception fault)
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = Failing(int.MaxValue, () => fault);
        using var host = lab.Host(Calling(stage), stage);

        var failed = await Assert.ThrowsAsync<StageFailedException>(
            () => host.RunAsync(Root, new Number(1), Scope, new RecordingObserver(), TestContext.Current.CancellationToken));

        Assert.Equal(1, stage.Runs);
        Assert.Same(fault, failed.InnerException);
    }

    [Fact]
    public async Task Keeps_to_the_limit_of_each_resource()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var (now, most, gate) = (0, 0, new Lock());
        var two = new TaskCompletionSource();
        var stage = new MethodStage<Number, Number>("train", async (input, _, ct) =>
        {
            lock (gate)
                most = Math.Max(most, ++now);
            if (now >= 2)
                two.TrySetResult();
            await two.Task.WaitAsync(ct);
            await Task.Delay(20, ct);
            lock (gate)
                now--;
            return input;
        }, StageResource.Training);
        var workflow = new WorkflowDefinition<Number, Number>("root", async (context, _) =>
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => context.CallAsync(stage.Reference, new Number(i))));
            return new Number(0);
        });
        using var host = lab.Host(WorkflowLab.Options with { TrainingStages = 2 }, [workflow], stage);

        await host.RunAsync(Root, new Number(0), Scope, new RecordingObserver(), TestContext.Current.CancellationToken);

        Assert.Equal(6, stage.Runs);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task A_training_stage_keeps_its_thread()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var threads = new List<int>();
        var stage = new MethodStage<Number, Number>("train", async (input, context, ct) =>
        {
            for (var i = 0; i < 5; i++)
            {
                threads.Add(Environment.CurrentManagedThreadId);
                await context.Store.WriteAsync(context.Path($"{i}"), new byte[] { 1 }, ct);
            }
            Assert.False(Thread.CurrentThread.IsThreadPoolThread);
            return input;
        }, StageResource.Training);
        using var host = lab.Host(Calling(stage), stage);

        await host.RunAsync(Root, new Number(0), Scope, new RecordingObserver(), TestContext.Current.CancellationToken);

        Assert.Single(threads.Distinct());
    }

    [Fact]
    public async Task A_workflow_and_its_children_run_one_at_a_time()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var stage = new MethodStage<Number, Number>("same", (input, _, _) => Task.FromResult(input));
        var threads = new List<int>();
        var child = new WorkflowDefinition<Number, Number>("child", async (context, input) =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            var output = await context.CallAsync(stage.Reference, input);
            threads.Add(Environment.CurrentManagedThreadId);
            context.Report(new WorkflowStatus("done", 1, 1));
            return output;
        });
        var root = new WorkflowDefinition<Number, Number>("root", async (context, _) =>
        {
            var outputs = await Task.WhenAll(
                Enumerable.Range(1, 4).Select(i => context.CallWorkflowAsync(child.Reference, new Number(i), $"child-{i}")));
            return new Number(outputs.Sum(o => o.Value));
        });
        using var host = lab.Host(WorkflowLab.Options, [root, child], stage);
        var observer = new RecordingObserver();

        Assert.Equal(new Number(10), await host.RunAsync(Root, new Number(0), Scope, observer, TestContext.Current.CancellationToken));

        Assert.Single(threads.Distinct());
        Assert.Equal(8, threads.Count);
        Assert.Equal(
            ["child-1", "child-2", "child-3", "child-4"], observer.Events.OfType<WorkflowReported>().Select(e => e.Instance).Order());
    }

    [Fact]
    public async Task Events_and_timeouts_reach_a_waiting_workflow()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var workflow = new WorkflowDefinition<Number, Number>("root", async (context, _) =>
        {
            await context.DelayAsync(TimeSpan.FromMilliseconds(1));
            var approved = await context.WaitForEventAsync<Number>("approve", TimeSpan.FromMinutes(1));
            await Assert.ThrowsAsync<TimeoutException>(() => context.WaitForEventAsync<Number>("never", TimeSpan.FromMilliseconds(1)));
            return approved;
        });
        using var host = lab.Host(workflow);
        host.Events.Raise("", "approve", new Number(42));

        Assert.Equal(
            new Number(42),
            await host.RunAsync(Root, new Number(0), Scope, new RecordingObserver(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_unknown_stage_is_named()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var workflow = new WorkflowDefinition<Number, Number>(
            "root", (context, input) => context.CallAsync(new StageReference<Number, Number>("absent"), input));
        using var host = lab.Host(workflow, new MethodStage<Number, Number>("present", (input, _, _) => Task.FromResult(input)));

        var fault = await Assert.ThrowsAsync<KeyNotFoundException>(
            () => host.RunAsync(Root, new Number(0), Scope, new RecordingObserver(), TestContext.Current.CancellationToken));
        Assert.Equal("This host has no stage 'absent'; it has present.", fault.Message);
    }
}
