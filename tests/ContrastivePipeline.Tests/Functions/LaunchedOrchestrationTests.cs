using System.Text.Json;
using ContrastivePipeline.Functions.Orchestrations;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Tests.Workflow;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Hosting.Activities;
using ContrastivePipeline.Workflow.Launching;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>Training on machines of its own, as an orchestration sees it: their words, their silence, their loss.</summary>
public sealed class LaunchedOrchestrationTests
{
    private const string Print = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly OrchestrationScope s_scope = new("t-20261123-142045-3f2a", 1, "", ReproductionStages.Train.Name, LaunchOptions.Default, 100);

    private readonly List<StageOrder> _orders = [];
    private readonly List<StageOrder> _stopped = [];

    // How each machine ends at each look; the last answer stays.
    private Func<StageOrder, int, LaunchStatus> _look = (_, _) => new LaunchStatus(LaunchState.Working, null, null, "");
    private Action<OrchestrationLab, StageOrder> _onStart = (_, _) => { };
    private OrchestrationLab _lab = null!;
    private int _looks;

    internal static LaunchStatus Ended(StageOrder order) =>
        new(LaunchState.Ended, null, new LaunchOutcome(SegmentOf(order.Input), null, Permanent: false), "");

    private static JsonElement SegmentOf(JsonElement input) =>
        WorkflowJson.ToElement((TrainedSegment)ReproductionWorkflowTests.Answer("train", input));

    private async Task<OrchestrationLab.Instance> TrainAsync(JsonElement? found = null)
    {
        TrainingInput? training = null;
        var capture = new OrchestrationLab((_, input) =>
        {
            var request = input.Deserialize<StageRequest>();
            var answer = ReproductionWorkflowTests.Answer(request!.Stage, request.Input);
            return Task.FromResult<object>(new ActivityAnswer(JsonSerializer.SerializeToElement(answer, answer.GetType(), WorkflowJson.Options), null));
        });
        capture.Orchestrations["TrainingOrchestration"] = context =>
        {
            training ??= WorkflowJson.FromElement<TrainingInput>(context.GetInput<OrchestrationInput>()!.Input);
            return Task.FromException<JsonElement>(new PermanentStageException("Seen."));
        };
        await capture.RunAsync("ReproductionOrchestration", new OrchestrationInput(s_scope with { Launch = null }, WorkflowJson.ToElement(ReproductionWorkflowTests.Input())));

        _lab = new OrchestrationLab((name, input) => Task.FromResult(Answer(name, input, found)));
        // One segment is enough.
        var one = WorkflowJson.ToElement(training! with { From = 200 });
        return await _lab.RunAsync("TrainingOrchestration", new OrchestrationInput(s_scope, one));
    }

    private object Answer(string activity, JsonElement input, JsonElement? found)
    {
        if (activity == "FindStageActivity")
            return new FoundStage(Print, found);
        var request = input.Deserialize<OperationRequest>()!;
        switch (activity)
        {
            case "StartMachineActivity":
                _orders.Add(WorkflowJson.FromElement<StageOrder>(request.Input));
                _looks = 0;
                _onStart(_lab, _orders[^1]);
                break;
            case "StopMachineActivity":
                _stopped.Add(WorkflowJson.FromElement<StageOrder>(request.Input));
                break;
            case "LookAtMachineActivity":
                var status = _look(WorkflowJson.FromElement<LaunchLook>(request.Input).Order, ++_looks);
                return new ActivityAnswer(WorkflowJson.ToElement(status), null);
            default:
                throw new ArgumentException(activity);
        }
        return new ActivityAnswer(WorkflowJson.ToElement(new LaunchStatus(LaunchState.Working, null, null, "")), null);
    }

    [Fact]
    public async Task The_word_of_a_machine_ends_the_wait_at_once()
    {
        _onStart = (lab, order) => lab.Raise(order.Listener, order.Event, WorkflowJson.ToElement(new LaunchSignal(order.Execution)));
        _look = (order, _) => Ended(order);
        var training = await TrainAsync();

        Assert.Single(WorkflowJson.FromElement<TrainedVariant>(training.Output).Curves);
        var order = Assert.Single(_orders);
        Assert.Equal(("run:train-0123456789ab", 1), (order.Listener, order.Attempt));
        Assert.Equal(["FindStageActivity", "StartMachineActivity", "LookAtMachineActivity"], _lab.Done);
        Assert.Equal(TimeSpan.Zero, _lab.Elapsed);
    }

    [Fact]
    public async Task Where_the_word_is_lost_the_timer_looks()
    {
        _look = (order, look) => look < 3 ? new LaunchStatus(LaunchState.Working, new StageProgress(look, 3, "steps", ""), null, "") : Ended(order);
        var training = await TrainAsync();

        Assert.NotEqual(default, training.Output);
        Assert.Equal(3 * LaunchOptions.Default.Poll, _lab.Elapsed);
        Assert.Equal(2, JsonDocument.Parse(_lab.Instances["run:train-0123456789ab"].Status!).RootElement.GetProperty("Done").GetInt32());
    }

    [Fact]
    public async Task A_machine_that_died_is_stopped_and_another_one_goes_on()
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
        Assert.Contains("was given 8 machines and none completed it; the last: silent", training.Failure!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_for_good_asks_for_no_second_machine()
    {
        _look = (_, _) => new LaunchStatus(LaunchState.Ended, null, new LaunchOutcome(null, "The loss is NaN.", Permanent: true), "");
        var training = await TrainAsync();

        Assert.Single(_orders);
        Assert.Equal("The loss is NaN.", training.Failure!.ErrorMessage);
    }

    [Fact]
    public async Task A_machine_that_is_waited_for_is_asked_for_once_however_long_it_takes()
    {
        var looks = 0;
        _look = (order, _) => ++looks <= 200 ? new LaunchStatus(LaunchState.Waiting, null, null, "") : Ended(order);
        var training = await TrainAsync();

        Assert.NotEqual(default, training.Output);
        var launched = _lab.Instances["run:train-0123456789ab"];
        Assert.Contains("waiting for a machine", launched.Status, StringComparison.Ordinal);
        // Asked for again by each new history, always by the same name.
        Assert.Equal(3, launched.Histories.Count);
        Assert.Single(_orders.Select(order => order.Execution).Distinct());
        Assert.Empty(_stopped);
    }

    [Fact]
    public async Task A_cancelled_run_has_its_machine_stopped_and_asks_for_no_other()
    {
        _look = (_, _) => new LaunchStatus(LaunchState.GivenUp, null, null, RunEnd.Cancelled);
        var training = await TrainAsync();

        Assert.Single(_orders);
        Assert.Single(_stopped);
        Assert.Equal(RunEnd.Cancelled, training.Failure!.ErrorMessage);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_run_has_no_more_machines_at_once_than_it_may_and_all_trials_are_done(int limit)
    {
        var (open, most) = (new HashSet<string>(), 0);
        _look = (order, _) => Ended(order);
        var ends = new List<RunEnd>();
        var lab = new OrchestrationLab((name, input) =>
        {
            if (name == "FindStageActivity")
                return Task.FromResult<object>(new FoundStage(Fingerprint.Of(input), null));
            if (name == "EndRunActivity")
                ends.Add(WorkflowJson.FromElement<RunEnd>(input.Deserialize<OperationRequest>()!.Input));
            if (name is "EndRunActivity")
                return Task.FromResult<object>(new ActivityAnswer(input.Deserialize<OperationRequest>()!.Input, null));
            if (!name.EndsWith("MachineActivity", StringComparison.Ordinal))
            {
                var request = input.Deserialize<StageRequest>()!;
                var answer = ReproductionWorkflowTests.Answer(request.Stage, request.Input);
                return Task.FromResult<object>(new ActivityAnswer(JsonSerializer.SerializeToElement(answer, answer.GetType(), WorkflowJson.Options), null));
            }
            var answered = Answer(name, input, null);
            var execution = name == "LookAtMachineActivity"
                ? WorkflowJson.FromElement<LaunchLook>(input.Deserialize<OperationRequest>()!.Input).Order.Execution
                : _orders[^1].Execution;
            if (name == "LookAtMachineActivity" ? !open.Remove(execution) : !open.Add(execution))
                throw new InvalidOperationException($"{name} twice for {execution}.");
            most = Math.Max(most, open.Count);
            return Task.FromResult(answered);
        });
        var run = await lab.RunAsync(
            "ReproductionOrchestration", new OrchestrationInput(s_scope with { TrialsAtOnce = limit }, WorkflowJson.ToElement(ReproductionWorkflowTests.Input())));

        Assert.Equal(limit, most);
        Assert.Empty(open);
        Assert.Equal(12, _orders.Count);
        Assert.Equal(4, WorkflowJson.FromElement<ReproductionOutput>(run.Output).Trials.Count);
        Assert.Equal(RunState.Completed, Assert.Single(ends).State);
    }

    [Fact]
    public async Task A_stage_that_is_done_gets_no_machine()
    {
        var done = WorkflowJson.ToElement(new TrainedSegment(
            new Artifact("c", 1, Print), new Artifact("d", 1, Print), new Artifact("e", 1, Print)));
        await TrainAsync(done);
        Assert.Equal(["FindStageActivity"], _lab.Done);
    }
}
