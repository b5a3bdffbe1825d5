namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>The operations of <see cref="LaunchedStageWorkflow"/>, over a launcher and what its machines leave in the store.</summary>
public sealed class LaunchOperations(ArtifactStore store, ITrainingLauncher launcher, StageRegistry stages, TimeProvider time)
{
    private static readonly StageProgress Waiting = new(0, 1, "machines", "waiting for one");

    private readonly RunStore _runs = new(store);

    /// <summary>For a host's registry.</summary>
    public IEnumerable<Operation> All =>
    [
        new Operation<StageOrder, LaunchStatus>(LaunchedStageWorkflow.Start.Name, StartAsync),
        new Operation<LaunchStatusRequest, LaunchStatus>(LaunchedStageWorkflow.Look.Name, GetStatusAsync),
        new Operation<StageOrder, LaunchStatus>(LaunchedStageWorkflow.Stop.Name, StopAsync),
    ];

    private async Task<LaunchStatus> StartAsync(StageOrder order, CancellationToken cancellationToken)
    {
        if (await IsCancelledAsync(order, cancellationToken))
            return GivenUp(RunEnd.Cancelled) with { IsCancelled = true };
        if (await store.TryCreateAsync(LaunchPaths.Order(order.Execution), WorkflowJson.ToBytes(order), cancellationToken))
        {
            Count(order, "asked for");
            await NotifyAsync(order, (now, stage) => new StageNoted(now, stage, $"asks for machine {order.Attempt}"), cancellationToken);
        }
        await launcher.StartAsync(order, cancellationToken);
        return Is(LaunchState.Waiting);
    }

    private async Task<LaunchStatus> StopAsync(StageOrder order, CancellationToken cancellationToken)
    {
        await launcher.StopAsync(order, cancellationToken);
        return GivenUp("stopped");
    }

    private async Task<LaunchStatus> GetStatusAsync(LaunchStatusRequest look, CancellationToken cancellationToken)
    {
        var order = look.Order;
        if (await ReadAsync<LaunchOutcome>(LaunchPaths.Outcome(order.Execution), cancellationToken) is { } outcome)
            return Is(LaunchState.Ended) with { Outcome = outcome };

        var started = await ReadAsync<LaunchStarted>(LaunchPaths.Started(order.Execution), cancellationToken);
        var beat = await ReadAsync<Heartbeat>(LaunchPaths.Heartbeat(order.Execution), cancellationToken);
        // One that works sees for itself that the run was cancelled, and saves.
        var status = started is null ? Lost("it was never started")
            : beat is not null ? await GetRunningStatusAsync(look.Options, started, beat, cancellationToken)
            : await IsCancelledAsync(order, cancellationToken) ? GivenUp(RunEnd.Cancelled) with { IsCancelled = true }
            : await GetStartStatusAsync(look, started, cancellationToken);
        if (status.State == LaunchState.Lost)
            Count(order, "lost");
        await NotifyAsync(order, status, cancellationToken);
        return status;
    }

    private async Task<LaunchStatus> GetRunningStatusAsync(
        LaunchOptions options, LaunchStarted started, Heartbeat beat, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - beat.At > options.SilenceLimit)
            return Lost($"{beat.Machine} has been silent since {beat.At:HH:mm:ss} UTC");
        // A machine that its platform has ended is lost before the silence limit.
        return await launcher.GetStatusAsync(started.Machine, cancellationToken) == MachineState.Gone
            ? Lost($"{started.Machine} ended without a word")
            : Is(LaunchState.Working) with { Progress = beat.Progress };
    }

    private async Task<LaunchStatus> GetStartStatusAsync(
        LaunchStatusRequest look, LaunchStarted started, CancellationToken cancellationToken)
    {
        var (order, options) = (look.Order, look.Options);
        switch (await launcher.GetStatusAsync(started.Machine, cancellationToken))
        {
            case MachineState.Gone:
                return Lost($"{started.Machine} ended without a word");
            case MachineState.Waiting:
                return time.GetUtcNow() - started.At <= options.QueueLimit ? Is(LaunchState.Waiting) : GivenUp(
                    $"No machine came within {options.QueueLimit.TotalHours:0.#} hours. Resume the run when there are GPUs, or ask for "
                        + "more quota.");
            default:
                var running = await RunningSinceAsync(order, started.Machine, cancellationToken);
                return time.GetUtcNow() - running <= options.StartGrace
                    ? Is(LaunchState.Working)
                    : Lost($"{started.Machine} runs and gave no sign of life within {options.StartGrace.TotalMinutes:0.#} minutes");
        }
    }

    /// <summary>Since when the platform says that a machine runs, which may be long after it was asked for.</summary>
    private async Task<DateTimeOffset> RunningSinceAsync(StageOrder order, string machine, CancellationToken cancellationToken)
    {
        var path = LaunchPaths.Running(order.Execution);
        var now = new LaunchStarted(time.GetUtcNow(), machine);
        return await store.TryCreateAsync(path, WorkflowJson.ToBytes(now), cancellationToken)
            ? now.At
            : (await ReadAsync<LaunchStarted>(path, cancellationToken) ?? now).At;
    }

    private async Task<bool> IsCancelledAsync(StageOrder order, CancellationToken cancellationToken) =>
        await _runs.GetAsync(order.RunId, cancellationToken) is { } run
        && await _runs.IsCancelRequestedAsync(run with { Session = order.Session }, cancellationToken);

    private Task NotifyAsync(StageOrder order, LaunchStatus status, CancellationToken cancellationToken) => status.State switch
    {
        LaunchState.Waiting => NotifyAsync(order, (now, stage) => new StageProgressed(now, stage, Waiting), cancellationToken),
        LaunchState.Lost => NotifyAsync(
            order, (now, stage) => new StageNoted(now, stage, $"machine {order.Attempt} is lost: {status.Detail}"), cancellationToken),
        _ => Task.CompletedTask,
    };

    private async Task NotifyAsync(
        StageOrder order, Func<DateTimeOffset, StageIdentity, StageEvent> what, CancellationToken cancellationToken)
    {
        var stage = new StageCall(stages[order.Stage], order.Input, order.Generation).Identity;
        try
        {
            await _runs.UpdateAsync(order.RunId, run => run.After(what(time.GetUtcNow(), stage)), cancellationToken);
        }
        catch (RunNotFoundException)
        {
            // The record was deleted: there is nothing to update.
        }
    }

    private static void Count(StageOrder order, string outcome) => PipelineTelemetry.Machines.Add(
        1, new(PipelineTelemetry.RunIdTag, order.RunId), new(PipelineTelemetry.StageTag, order.Stage),
        new(PipelineTelemetry.OutcomeTag, outcome));

    private static LaunchStatus Is(LaunchState state) => new(state, null, null, "");

    private static LaunchStatus Lost(string detail) => new(LaunchState.Lost, null, null, detail);

    private static LaunchStatus GivenUp(string detail) => new(LaunchState.GivenUp, null, null, detail);

    private async Task<T?> ReadAsync<T>(string path, CancellationToken cancellationToken)
        where T : class =>
        await store.TryReadAsync(path, cancellationToken) is { } blob ? WorkflowJson.FromBytes<T>(blob.Content) : null;
}
