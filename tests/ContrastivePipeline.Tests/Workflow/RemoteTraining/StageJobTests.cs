using System.Text;

namespace ContrastivePipeline.Tests.Workflow.RemoteTraining;

/// <summary>What a machine does whose run is cancelled.</summary>
public sealed class StageJobTests(AzuriteFixture azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_machine_whose_run_is_cancelled_saves_and_ends_and_a_resumed_run_goes_on_from_the_save()
    {
        var store = await azurite.OpenStoreAsync();
        var signals = await azurite.OpenStoreAsync();
        using var lab = new WorkflowLab(store);
        await lab.Runs.CreateAsync(LaunchRuns.Record(), Stop);
        var began = new TaskCompletionSource();
        var counting = Counting(began);
        var runner = lab.Runner(counting);
        var job = new StageJob(store, signals, runner, NullRunObserver.Instance, TimeProvider.System);
        var first = await OrderAsync(store, counting, session: 1);

        var working = job.RunAsync(first.Execution, _ => { }, Stop);
        await began.Task;
        await lab.Runs.RequestCancelAsync(LaunchRuns.Record(), Stop);
        var outcome = (await working)!;

        Assert.Equal(new LaunchOutcome(null, RunEnd.Cancelled, Permanent: true) { IsCancelled = true }, outcome);
        var run = (await lab.Runs.GetAsync(LaunchRuns.Id, Stop))!;
        Assert.Equal((RunState.Interrupted, null), (run.Stages.Single().State, run.Stages.Single().Error));
        Assert.NotNull(await signals.TryReadAsync($"{first.Listener}/{first.Event}.json", Stop));

        // A machine of the cancelled session that comes late does nothing; one of the resumed session continues.
        await lab.Runs.SaveAsync(run with { Session = 2, State = RunState.Running }, Stop);
        var late = await OrderAsync(store, counting, session: 1, attempt: 2);
        Assert.Equal(outcome, await job.RunAsync(late.Execution, _ => { }, Stop));
        var second = await OrderAsync(store, counting, session: 2);
        Assert.NotEqual(first.Execution, second.Execution);
        var output = WorkflowJson.FromElement<Number>((await job.RunAsync(second.Execution, _ => { }, Stop))!.Output!.Value);

        Assert.Equal((7, 2), (output.Value, counting.Runs));
        Assert.Equal(RunState.Completed, (await lab.Runs.GetAsync(LaunchRuns.Id, Stop))!.Stages.Single().State);
    }

    /// <summary>Saves 7 when it is asked to stop; the next attempt returns what was saved.</summary>
    private static MethodStage<Number, Number> Counting(TaskCompletionSource began) => new("count", async (_, context, cancellationToken) =>
    {
        var save = context.Path("saves/1");
        if (await context.Store.TryReadAsync(save, CancellationToken.None) is { } saved)
            return new Number(int.Parse(Encoding.UTF8.GetString(saved.Content), null));
        began.SetResult();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await context.Store.WriteAsync(save, "7"u8.ToArray(), CancellationToken.None);
            throw;
        }
        throw new InvalidOperationException("Nobody asked to stop.");
    });

    private static async Task<StageOrder> OrderAsync(ArtifactStore store, Stage stage, int session, int attempt = 1)
    {
        var call = new StageCall(stage, WorkflowJson.ToElement(new Number(1)), "");
        var order = new StageOrder(LaunchRuns.Id, session, stage.Name, call.Input, "", call.Identity.Fingerprint, attempt, "listener");
        await store.WriteAsync($"launches/{order.Execution}/order.json", WorkflowJson.ToBytes(order), Stop);
        return order;
    }
}
