namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>Starts a run, or continues with the one that did not complete.</summary>
public sealed class RunLauncher(RunStore runs, LocalHost host, IRunObserver log, TimeProvider time)
{
    // Longer than a lease outlives the process that held it, so that a killed run continues without a second command.
    private static readonly TimeSpan ClaimTimeout = TimeSpan.FromSeconds(75);

    private readonly RunRegistrar _registrar = new(runs, time);

    /// <summary>Runs an experiment to its end. The last run of the same experiment and input continues if it did not complete; else a new
    /// one begins, which finds what earlier ones did. A fresh run opens a cache generation of its own, which later runs share.</summary>
    /// <param name="cancellationToken">Asks the run to stop; it is then marked interrupted.</param>
    /// <exception cref="RunBusyException">Another process works on this experiment.</exception>
    /// <exception cref="RunTakenOverException">Another process took the run over while the store was out of reach.</exception>
    /// <exception cref="RunCancelledException">Another process cancelled it.</exception>
    /// <exception cref="StageFailedException">A stage failed for good.</exception>
    /// <exception cref="OperationCanceledException">The run was asked to stop.</exception>
    public async Task<RunOutcome<TOutput>> RunAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, IRunObserver observer, CancellationToken cancellationToken)
    {
        await using var run = await OpenAsync(request, ClaimTimeout, null, observer, cancellationToken);
        return await run.RunAsync(null, observer, cancellationToken);
    }

    /// <summary>Claims the experiment and writes the run's record, without running yet.</summary>
    /// <param name="timeout">How long to wait for another process that holds the experiment.</param>
    /// <param name="reserve">Called with the run's id before there is a record of it, and may answer with the id to use instead; null for
    /// that id.</param>
    /// <param name="observer">Notified when it has to wait.</param>
    /// <exception cref="RunBusyException">Another process works on this experiment.</exception>
    /// <exception cref="RunStateException">The run to resume is not the last of its experiment, or completed.</exception>
    internal async Task<OpenRun<TInput, TOutput>> OpenAsync<TInput, TOutput>(
        RunRequest<TInput, TOutput> request, TimeSpan timeout, Func<string, CancellationToken, Task<string>>? reserve,
        IRunObserver observer, CancellationToken cancellationToken)
    {
        var booked = await _registrar.OpenAsync(request, timeout, reserve, observer, cancellationToken);
        return new OpenRun<TInput, TOutput>(runs, host, log, time, request, booked.Claim, booked.Record);
    }
}
