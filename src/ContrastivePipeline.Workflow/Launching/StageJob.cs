using System.Text.Json;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Launching;

/// <summary>
/// What a machine does that was got for an order: run the stage, give signs of life, say how it ended. Of two that were got for the
/// same stage, the second notices and leaves.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="signals">Where the host looks for events; null where nobody listens.</param>
/// <param name="runner">Runs the stage.</param>
/// <param name="time">The clock.</param>
public sealed class StageJob(ArtifactStore store, ArtifactStore? signals, StageRunner runner, TimeProvider time)
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>Carries out an order.</summary>
    /// <param name="execution">From <see cref="StageOrder.Execution"/>.</param>
    /// <param name="note">Takes notes for the log.</param>
    /// <param name="cancellationToken">The machine is about to be taken away.</param>
    /// <returns>How it ended; null where another machine is at the stage, which will say.</returns>
    /// <exception cref="ArtifactMissingException">There is no such order.</exception>
    /// <exception cref="OperationCanceledException">The machine was taken away; what was done is saved.</exception>
    public async Task<LaunchOutcome?> RunAsync(string execution, Action<string> note, CancellationToken cancellationToken)
    {
        var order = await ReadOrderAsync(execution, cancellationToken);
        var call = new StageCall(runner.Stages[order.Stage], order.Input, order.Generation);
        await using var heart = new Heart(store, execution, time, BeatInterval);
        LaunchOutcome? outcome;
        try
        {
            var output = await runner.TryRunAsync(call, order.Attempt, heart, note, cancellationToken);
            if (output is null)
            {
                note($"Another machine is at {call.Identity}; this one leaves.");
                return null;
            }
            outcome = new LaunchOutcome(output, null, Permanent: false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            outcome = new LaunchOutcome(null, fault.Message, Permanent: !TransientFaults.IsTransient(fault) && fault is not StageClaimLostException);
        }
        await store.TryCreateAsync(LaunchPaths.Outcome(execution), WorkflowJson.ToBytes(outcome), CancellationToken.None);
        await SignalAsync(order, note);
        return outcome;
    }

    private async Task<StageOrder> ReadOrderAsync(string execution, CancellationToken cancellationToken)
    {
        var path = LaunchPaths.Order(execution);
        var blob = await store.TryReadAsync(path, cancellationToken)
            ?? throw new ArtifactMissingException($"There is no order '{execution}' ({path}) in {store.Address}.");
        try
        {
            return WorkflowJson.FromBytes<StageOrder>(blob.Content);
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{path} is no order: {broken.Message}", broken);
        }
    }

    private async Task SignalAsync(StageOrder order, Action<string> note)
    {
        if (signals is null || order.Listener.Length == 0)
            return;
        try
        {
            await signals.WriteAsync(
                LaunchPaths.Signal(order.Listener, order.Event), WorkflowJson.ToBytes(new LaunchSignal(order.Execution)), CancellationToken.None);
        }
        catch (StoreException fault)
        {
            // The outcome is written; who waits finds it at the next look.
            note($"The host could not be told: {fault.Message}");
        }
    }
}
