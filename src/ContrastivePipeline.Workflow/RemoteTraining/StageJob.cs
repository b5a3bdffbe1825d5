using System.Text.Json;

namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>What a machine does that was got for an order: run the stage, give signs of life, keep the run's record in step, say how it
/// ended. Of two that were got for the same stage, the second notices and leaves. Where the run is cancelled, it saves and ends.</summary>
/// <param name="signals">Where the host looks for events; null where no host waits.</param>
public sealed class StageJob(ArtifactStore store, ArtifactStore? signals, StageRunner runner, IRunObserver log, TimeProvider time)
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(15);
    private static readonly LaunchOutcome Cancelled = new(null, RunEnd.Cancelled, Permanent: true) { IsCancelled = true };

    private readonly RunStore _runs = new(store);

    /// <summary>Carries out an order.</summary>
    /// <param name="execution">From <see cref="StageOrder.Execution"/>.</param>
    /// <param name="cancellationToken">The machine is about to be taken away.</param>
    /// <returns>How it ended; null where another machine is at the stage, which will say.</returns>
    /// <exception cref="ArtifactMissingException">There is no such order.</exception>
    /// <exception cref="OperationCanceledException">The machine was taken away; what was done is saved.</exception>
    public async Task<LaunchOutcome?> RunAsync(string execution, Action<string> note, CancellationToken cancellationToken)
    {
        var order = await ReadOrderAsync(execution, cancellationToken);
        var call = new StageCall(runner.Stages[order.Stage], order.Input, order.Generation);
        using var entered = CurrentRun.Enter(order.RunId);
        var run = await _runs.GetAsync(order.RunId, cancellationToken);
        // A machine may come so late that its run continues without it: what counts is whether its own session was cancelled.
        run = run is null ? null : run with { Session = order.Session };
        if (await CarryOutAsync(order, call, run, note, cancellationToken) is not { } outcome)
            return null;
        await store.TryCreateAsync(LaunchPaths.Outcome(execution), WorkflowJson.ToBytes(outcome), CancellationToken.None);
        await SignalAsync(order, note);
        return outcome;
    }

    /// <summary>Runs the stage. When this returns, the run's record has all that there is to tell.</summary>
    private async Task<LaunchOutcome?> CarryOutAsync(
        StageOrder order, StageCall call, RunRecord? run, Action<string> note, CancellationToken cancellationToken)
    {
        if (run is not null && await _runs.IsCancelRequestedAsync(run, cancellationToken))
            return Cancelled;
        await using var recorder = run is null ? null : new SharedRunRecorder(_runs, run.Id, time, note);
        await using var watch = run is null ? null : new CancelWatch(_runs, run, time, note);
        using var reporter = new StageReporter(call.Identity, recorder is null ? log : new Observers(recorder, log), time);
        await using var heartbeat = new HeartbeatWriter(store, order.Execution, reporter, note, time, BeatInterval);
        var cancelled = watch?.Requested ?? CancellationToken.None;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cancelled);
        var attempt = reporter.Start(order.Attempt, heartbeat, Note);
        try
        {
            var output = await runner.TryRunAsync(call, attempt, stop.Token);
            if (output is null)
            {
                Note($"Another machine is at {call.Identity}; this one leaves.");
                return null;
            }
            reporter.Completed(order.Attempt);
            return new LaunchOutcome(output, null, Permanent: false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            reporter.Interrupted(order.Attempt);
            if (!cancelled.IsCancellationRequested)
                throw;
            return Cancelled;
        }
        catch (Exception fault)
        {
            var permanent = !TransientFaults.IsTransient(fault);
            if (permanent)
                reporter.Failed(order.Attempt, fault.Message);
            else
                reporter.Retried(order.Attempt, TimeSpan.Zero, fault.Message);
            return new LaunchOutcome(null, fault.Message, permanent);
        }

        void Note(string text)
        {
            note(text);
            reporter.Note(text);
        }
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
                LaunchPaths.Signal(order.Listener, order.Event), WorkflowJson.ToBytes(new LaunchSignal(order.Execution)),
                CancellationToken.None);
        }
        catch (StoreException fault)
        {
            // The outcome is written; who waits finds it at the next look.
            note($"The host could not be notified: {fault.Message}");
        }
    }
}
