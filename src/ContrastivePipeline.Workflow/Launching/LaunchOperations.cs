using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Operations;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Launching;

/// <summary>The operations of <see cref="LaunchedStageWorkflow"/>, over a launcher and what its machines leave in the store.</summary>
/// <param name="store">The store.</param>
/// <param name="launcher">Gets machines.</param>
/// <param name="time">The clock.</param>
public sealed class LaunchOperations(ArtifactStore store, ITrainingLauncher launcher, TimeProvider time)
{
    private static readonly LaunchStatus s_working = new(LaunchState.Working, null, null, "");

    /// <summary>For a host's registry.</summary>
    public IEnumerable<Operation> All =>
    [
        new Operation<StageOrder, LaunchStatus>(LaunchedStageWorkflow.Start.Name, StartAsync),
        new Operation<LaunchLook, LaunchStatus>(LaunchedStageWorkflow.Look.Name, LookAsync),
        new Operation<StageOrder, LaunchStatus>(LaunchedStageWorkflow.Stop.Name, StopAsync),
    ];

    private async Task<LaunchStatus> StartAsync(StageOrder order, CancellationToken cancellationToken)
    {
        await store.TryCreateAsync(LaunchPaths.Order(order.Execution), WorkflowJson.ToBytes(order), cancellationToken);
        await launcher.StartAsync(order, cancellationToken);
        return s_working;
    }

    private async Task<LaunchStatus> StopAsync(StageOrder order, CancellationToken cancellationToken)
    {
        await launcher.StopAsync(order, cancellationToken);
        return s_working;
    }

    private async Task<LaunchStatus> LookAsync(LaunchLook look, CancellationToken cancellationToken)
    {
        var execution = look.Order.Execution;
        if (await ReadAsync<LaunchOutcome>(LaunchPaths.Outcome(execution), cancellationToken) is { } outcome)
            return new LaunchStatus(LaunchState.Ended, null, outcome, "");

        var now = time.GetUtcNow();
        var started = await ReadAsync<LaunchStarted>(LaunchPaths.Started(execution), cancellationToken);
        var beat = await ReadAsync<Heartbeat>(LaunchPaths.Heartbeat(execution), cancellationToken);
        if (beat is null)
        {
            return started is not null && now - started.At > look.Options.StartGrace
                ? Lost($"{started.Machine} gave no sign of life within {look.Options.StartGrace.TotalMinutes:0} minutes")
                : await AliveAsync(started, null, cancellationToken);
        }
        return now - beat.At > look.Options.SilenceLimit
            ? Lost($"{beat.Machine} has been silent since {beat.At:HH:mm:ss} UTC")
            : await AliveAsync(started, beat, cancellationToken);
    }

    /// <summary>A machine that its platform has given up is lost before its silence tells.</summary>
    private async Task<LaunchStatus> AliveAsync(LaunchStarted? started, Heartbeat? beat, CancellationToken cancellationToken) =>
        started is null || await launcher.IsAliveAsync(started.Machine, cancellationToken)
            ? s_working with { Progress = beat?.Progress }
            : Lost($"{started.Machine} ended without a word");

    private static LaunchStatus Lost(string detail) => new(LaunchState.Lost, null, null, detail);

    private async Task<T?> ReadAsync<T>(string path, CancellationToken cancellationToken)
        where T : class =>
        await store.TryReadAsync(path, cancellationToken) is { } blob ? WorkflowJson.FromBytes<T>(blob.Content) : null;
}
