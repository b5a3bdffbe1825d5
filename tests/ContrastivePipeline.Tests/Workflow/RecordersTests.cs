using System.Collections.Concurrent;
using System.Text;
using Azure.Identity;

namespace ContrastivePipeline.Tests.Workflow;

/// <summary>What is written beside the work continues after a fault of any kind, and nothing that happened is lost by one.</summary>
public sealed class RecordersTests(AzuriteFixture azurite)
{
    // Where the fault is there, these wait for ever.
    private const int HangTimeout = 120_000;

    private static readonly StageIdentity Stage = new("add", "n", new string('0', 64));

    private readonly ConcurrentQueue<string> _reported = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Faults => ["away", "sign-in", "bug"];

    [Theory(Timeout = HangTimeout)]
    [MemberData(nameof(Faults))]
    public async Task Events_of_a_machine_reach_the_record_once_the_store_is_back(string kind)
    {
        var (store, faulty, faults) = await OpenAsync();
        await new RunStore(store).CreateAsync(LaunchRuns.Record(), Cancellation);
        await using (var recorder = new SharedRunRecorder(new RunStore(faulty), LaunchRuns.Id, TimeProvider.System, _reported.Enqueue))
        {
            faults.Fault = () => FaultOf(kind);
            recorder.Observe(new StageStarted(DateTimeOffset.UnixEpoch, Stage, 1));
            recorder.Observe(Completed(7));
            var disposing = recorder.DisposeAsync();
            while (faults.Failed < 2)
                await Task.Delay(5, TestContext.Current.CancellationToken);
            faults.Fault = null;
            await disposing;
        }

        var stage = Assert.Single((await new RunStore(store).GetAsync(LaunchRuns.Id, Cancellation))!.Stages);
        Assert.Equal((RunState.Completed, 7), (stage.State, stage.Usage.CpuSeconds));
        Assert.NotEmpty(_reported);
        Assert.All(
            _reported, said => Assert.StartsWith($"The record of run {LaunchRuns.Id} lags behind: ", said, StringComparison.Ordinal));
    }

    [Theory(Timeout = HangTimeout)]
    [MemberData(nameof(Faults))]
    public async Task A_record_is_kept_in_step_after_a_fault(string kind)
    {
        var (store, faulty, faults) = await OpenAsync();
        var runs = new RunStore(store);
        await runs.CreateAsync(LaunchRuns.Record(), Cancellation);
        await using var recorder = new RunRecorder(new RunStore(faulty), LaunchRuns.Record(), TimeProvider.System, _reported.Enqueue);
        faults.Fault = () => FaultOf(kind);
        recorder.Observe(new StageStarted(DateTimeOffset.UnixEpoch, Stage, 1));
        while (faults.Failed < 1)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        faults.Fault = null;

        while ((await runs.GetAsync(LaunchRuns.Id, Cancellation))!.Stages.Count == 0)
            await Task.Delay(20, Cancellation);
        Assert.Single(_reported);
    }

    [Theory(Timeout = HangTimeout)]
    [MemberData(nameof(Faults))]
    public async Task Signs_of_life_are_given_after_a_fault(string kind)
    {
        var (store, faulty, faults) = await OpenAsync();
        faults.Fault = () => FaultOf(kind);
        await using var heartbeat = new HeartbeatWriter(
            faulty, "x1", new Progress<StageProgress>(), _reported.Enqueue, TimeProvider.System, TimeSpan.FromMilliseconds(5));
        while (faults.Failed < 2)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        faults.Fault = null;

        while (await store.TryReadAsync("launches/x1/heartbeat.json", Cancellation) is null)
            await Task.Delay(5, Cancellation);
        Assert.Single(_reported);
    }

    [Theory(Timeout = HangTimeout)]
    [MemberData(nameof(Faults))]
    public async Task A_cancel_is_seen_after_a_fault(string kind)
    {
        var (store, faulty, faults) = await OpenAsync();
        faults.Fault = () => FaultOf(kind);
        await using var watch = new CancelWatch(new RunStore(faulty), LaunchRuns.Record(), TimeProvider.System, _reported.Enqueue);
        while (faults.Failed < 1)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        faults.Fault = null;
        await new RunStore(store).RequestCancelAsync(LaunchRuns.Record(), Cancellation);

        var seen = new TaskCompletionSource();
        using var registered = watch.Requested.Register(seen.SetResult);
        await seen.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task A_damaged_record_hides_no_other_and_is_named()
    {
        using var lab = new WorkflowLab(await azurite.OpenStoreAsync());
        var good = LaunchRuns.Record();
        await lab.Runs.CreateAsync(good, Cancellation);
        string[] damaged = ["lab-20270101-000000-0000", "lab-20270101-000000-0001"];
        // One that no program wrote, and one whose bytes are not what was written.
        await lab.Store.WriteAsync($"runs/lab/{damaged[0]}/run.json", "{ \"id\": \"lab-2"u8.ToArray(), Cancellation);
        await lab.Store.WriteAsync($"runs/lab/{damaged[1]}/run.json", Encoding.UTF8.GetBytes("[]"), Cancellation);

        var unreadable = new List<string>();
        var listed = await lab.Runs.ListAsync(null, fault => unreadable.Add(fault.RunId), Cancellation).Select(run => run.Id)
            .ToListAsync(Cancellation);

        Assert.Equal([good.Id], listed);
        Assert.Equal(damaged, unreadable);
        Assert.Equal(good.Id, (await lab.Runs.LatestAsync("lab", Cancellation))!.Id);
        var fault = await Assert.ThrowsAsync<RunRecordException>(() => lab.Runs.GetAsync(damaged[0], Cancellation));
        Assert.Contains($"runs/lab/{damaged[0]}/run.json", fault.Message, StringComparison.Ordinal);
    }

    private static StageCompleted Completed(double cpu) => new(DateTimeOffset.UnixEpoch, Stage, 1, TimeSpan.FromSeconds(1))
    {
        Usage = new StageUsage(1, cpu, 0, StoreUsage.None),
    };

    private static Exception FaultOf(string kind) => kind switch
    {
        "away" => new IOException("Connection refused"),
        "sign-in" => new AuthenticationFailedException("The token endpoint did not answer."),
        _ => new InvalidOperationException("A fault that nobody thought of."),
    };

    private async Task<(ArtifactStore Store, ArtifactStore Faulty, FaultyStore Faults)> OpenAsync()
    {
        var address = await azurite.NewAddressAsync();
        var store = await ArtifactStore.OpenAsync(address, Cancellation);
        var (faulty, faults) = FaultyStore.Open(address);
        return (store, faulty, faults);
    }
}
