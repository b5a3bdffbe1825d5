using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>Training on machines of its own, as an orchestration sees it: their signals, their silence, their loss.</summary>
public sealed class LaunchedOrchestrationTests
{
    private const string Print = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Launched = "run:train-0123456789ab";

    private static readonly LaunchOptions Impatient = LaunchOptions.Default with { Poll = TimeSpan.FromMilliseconds(20) };
    private static readonly OrchestrationScope Scope = new("t-20261123-142045-3f2a", 1, "", PipelineStages.Train.Name, Impatient, 100);

    private readonly ConcurrentQueue<StageOrder> _orders = [];
    private readonly ConcurrentQueue<StageOrder> _stopped = [];

    // How each machine is at each look; the last answer stays.
    private Func<StageOrder, int, LaunchStatus> _look = (_, _) => new LaunchStatus(LaunchState.Working, null, null, "");
    private Func<DurableTaskClient, StageOrder, Task> _onStart = (_, _) => Task.CompletedTask;
    private DurableLab _lab = null!;
    private RecordedInstance? _launched;
    private string? _launchedStatus;
    private int _looks;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static LaunchStatus Ended(StageOrder order) =>
        new(LaunchState.Ended, null, new LaunchOutcome(SegmentOf(order.Input), null, Permanent: false), "");

    [Fact]
    public async Task The_signal_of_a_machine_ends_the_wait_at_once()
    {
        _onStart = (client, order) =>
            client.RaiseEventAsync(order.Listener, order.Event, WorkflowJson.ToElement(new LaunchSignal(order.Execution)), Cancellation);
        _look = (order, _) => Ended(order);
        // The timer would end the wait after an hour.
        var training = await TrainAsync(LaunchOptions.Default with { Poll = TimeSpan.FromHours(1) });

        Assert.Single(WorkflowJson.FromElement<TrainedVariant>(training.ReadOutputAs<JsonElement>()).Curves);
        var order = Assert.Single(_orders);
        Assert.Equal((Launched, 1), (order.Listener, order.Attempt));
        Assert.Equal(["FindStageActivity", "StartMachineActivity", "LookAtMachineActivity"], _lab.Done);
    }

    [Fact]
    public async Task Where_the_signal_is_lost_the_timer_looks()
    {
        _look = (order, look) => look < 3 ? new LaunchStatus(LaunchState.Working, new StageProgress(look, 3, "steps", ""), null, "")
            : Ended(order);
        var training = await TrainAsync();

        Assert.Null(training.FailureDetails);
        Assert.Equal(3, _looks);
        Assert.Equal(2, JsonDocument.Parse(_launchedStatus!).RootElement.GetProperty("Done").GetInt32());
    }

    [Fact]
    public async Task A_machine_that_died_is_stopped_and_another_one_resumes()
    {
        _look = (order, _) => order.Attempt < 3 ? new LaunchStatus(LaunchState.Lost, null, null, "silent") : Ended(order);
        await TrainAsync();

        Assert.Equal([1, 2, 3], _orders.Select(order => order.Attempt));
        Assert.Equal([1, 2], _stopped.Select(order => order.Attempt));
        Assert.Equal(3, _orders.Select(order => order.Execution).Distinct().Count());
    }

    [Fact]
    public async Task Machines_are_not_asked_for_without_end()
    {
        _look = (_, _) => new LaunchStatus(LaunchState.Lost, null, null, "silent");
        var training = await TrainAsync();

        Assert.Equal(LaunchOptions.Default.MaxAttempts, _orders.Count);
        Assert.Contains(
            "was given 8 machines and none completed it; the last: silent", training.FailureDetails!.ErrorMessage,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_permanent_failure_asks_for_no_second_machine()
    {
        _look = (_, _) => new LaunchStatus(LaunchState.Ended, null, new LaunchOutcome(null, "The loss is NaN.", Permanent: true), "");
        var training = await TrainAsync();

        Assert.Single(_orders);
        Assert.Equal("The loss is NaN.", training.FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task A_machine_that_is_waited_for_is_asked_for_once_however_long_it_takes()
    {
        _look = (order, look) => look <= 130 ? new LaunchStatus(LaunchState.Waiting, null, null, "") : Ended(order);
        var training = await TrainAsync(Impatient with { Poll = TimeSpan.FromMilliseconds(1) });

        Assert.Null(training.FailureDetails);
        Assert.Contains("waiting for a machine", _launchedStatus, StringComparison.Ordinal);
        // Asked for again by each new history, always by the same name.
        Assert.Equal(3, _launched!.Histories.Count);
        Assert.Single(_orders.Select(order => order.Execution).Distinct());
        Assert.Empty(_stopped);
    }

    [Fact]
    public async Task A_cancelled_run_has_its_machine_stopped_and_asks_for_no_other()
    {
        _look = (_, _) => new LaunchStatus(LaunchState.GivenUp, null, null, RunEnd.Cancelled) { IsCancelled = true };
        var training = await TrainAsync();

        Assert.Single(_orders);
        Assert.Single(_stopped);
        Assert.True(ChildEnd.IsCancelled(training.ReadOutputAs<JsonElement>()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_run_has_no_more_machines_at_once_than_it_may_and_all_trials_complete(int limit)
    {
        var most = 0;
        var open = new ConcurrentDictionary<string, bool>();
        var ends = new ConcurrentQueue<RunEnd>();
        await using var lab = await DurableLab.StartAsync((name, input) =>
        {
            if (name == "FindStageActivity")
                return Task.FromResult<object>(new FoundStage(Fingerprint.Of(input), null));
            if (name == "EndRunActivity")
            {
                ends.Enqueue(WorkflowJson.FromElement<RunEnd>(input.Deserialize<OperationRequest>()!.Input));
                return Task.FromResult<object>(new ActivityAnswer(input.Deserialize<OperationRequest>()!.Input, null));
            }
            if (!name.EndsWith("MachineActivity", StringComparison.Ordinal))
                return Task.FromResult<object>(Known(input.Deserialize<StageRequest>()!));
            var request = input.Deserialize<OperationRequest>()!;
            if (name == "StartMachineActivity")
            {
                var order = WorkflowJson.FromElement<StageOrder>(request.Input);
                _orders.Enqueue(order);
                Assert.True(open.TryAdd(order.Execution, true), $"Two machines for {order.Execution}.");
                InterlockedMax(ref most, open.Count);
                return Task.FromResult<object>(Working());
            }
            var looked = WorkflowJson.FromElement<LaunchStatusRequest>(request.Input).Order;
            Assert.True(open.TryRemove(looked.Execution, out _), $"No machine for {looked.Execution}.");
            return Task.FromResult<object>(new ActivityAnswer(WorkflowJson.ToElement(Ended(looked)), null));
        });
        var input = new OrchestrationInput(Scope with { TrialsAtOnce = limit }, WorkflowJson.ToElement(PipelineWorkflowTests.Input()));
        var run = await lab.RunAsync("ReproductionOrchestration", input);

        Assert.Null(run.FailureDetails);
        Assert.Equal(limit, most);
        Assert.Empty(open);
        Assert.Equal(12, _orders.Count);
        var end = Assert.Single(ends);
        Assert.Equal(RunState.Completed, end.State);
        Assert.Equal(4, WorkflowJson.FromElement<PipelineOutput>(end.Output!.Value).Trials.Count);
    }

    [Fact]
    public async Task A_stage_that_is_done_gets_no_machine()
    {
        var done = WorkflowJson.ToElement(new TrainedSegment(
            new Artifact("c", 1, Print), new Artifact("d", 1, Print), new Artifact("e", 1, Print)));
        await TrainAsync(found: done);
        Assert.Equal(["FindStageActivity"], _lab.Done);
    }

    private static JsonElement SegmentOf(JsonElement input) =>
        WorkflowJson.ToElement((TrainedSegment)PipelineWorkflowTests.Answer("train", input));

    private static ActivityAnswer Known(StageRequest request)
    {
        var answer = PipelineWorkflowTests.Answer(request.Stage, request.Input);
        return new ActivityAnswer(JsonSerializer.SerializeToElement(answer, answer.GetType(), WorkflowJson.Options), null);
    }

    private static ActivityAnswer Working() => new(WorkflowJson.ToElement(new LaunchStatus(LaunchState.Working, null, null, "")), null);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = most)
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    /// <summary>Runs a training of one segment on machines that behave as the fields say.</summary>
    private async Task<OrchestrationMetadata> TrainAsync(LaunchOptions? options = null, JsonElement? found = null)
    {
        var training = await TrainingInputAsync();
        await using var lab = _lab = await DurableLab.StartAsync(async (name, input) => await AnswerAsync(name, input, found));
        var scope = Scope with { Launch = options ?? Impatient };
        var end = await lab.RunAsync(
            "TrainingOrchestration", new OrchestrationInput(scope, WorkflowJson.ToElement(training with { From = 200 })));
        _launched = lab.Instances.GetValueOrDefault(Launched);
        _launchedStatus = (await lab.Client.GetInstanceAsync(Launched, getInputsAndOutputs: true, Cancellation))?.SerializedCustomStatus;
        return end;
    }

    /// <summary>What a reproduction asks its first training to do.</summary>
    private static async Task<TrainingInput> TrainingInputAsync()
    {
        var seen = new TaskCompletionSource<TrainingInput>();
        await using var lab = await DurableLab.StartAsync(
            (_, input) => Task.FromResult<object>(Known(input.Deserialize<StageRequest>()!)),
            ("TrainingOrchestration", context =>
            {
                seen.TrySetResult(WorkflowJson.FromElement<TrainingInput>(context.GetInput<OrchestrationInput>()!.Input));
                return Task.FromException<JsonElement>(new PermanentStageException("Seen."));
            }
        ));
        var input = new OrchestrationInput(Scope with { Launch = null }, WorkflowJson.ToElement(PipelineWorkflowTests.Input()));
        await lab.Client.ScheduleNewOrchestrationInstanceAsync("ReproductionOrchestration", input, Cancellation);
        return await seen.Task.WaitAsync(Cancellation);
    }

    private async Task<object> AnswerAsync(string activity, JsonElement input, JsonElement? found)
    {
        if (activity == "FindStageActivity")
            return new FoundStage(Print, found);
        var request = input.Deserialize<OperationRequest>()!;
        switch (activity)
        {
            case "StartMachineActivity":
                var order = WorkflowJson.FromElement<StageOrder>(request.Input);
                _orders.Enqueue(order);
                await _onStart(_lab.Client, order);
                return Working();
            case "StopMachineActivity":
                _stopped.Enqueue(WorkflowJson.FromElement<StageOrder>(request.Input));
                return Working();
            case "LookAtMachineActivity":
                var status = _look(WorkflowJson.FromElement<LaunchStatusRequest>(request.Input).Order, Interlocked.Increment(ref _looks));
                return new ActivityAnswer(WorkflowJson.ToElement(status), null);
            default:
                throw new ArgumentException(activity);
        }
    }
}
