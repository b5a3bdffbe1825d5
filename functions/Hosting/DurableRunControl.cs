using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>Starts, resumes and cancels runs as orchestrations; the id of a run is that of its instance.</summary>
public sealed class DurableRunControl(ArtifactStore store, PipelineRequests requests, FunctionsSettings settings, TimeProvider time)
    : RunControl(store, requests, dataFolder: null, time)
{
    private const string Name = "durable-functions";
    private const int MostRedrives = 3;

    // No process holds the claim for the length of a run here: whether a run is active is the state of its orchestration.
    private readonly RunRegistrar _registrar =
        new(new RunStore(store), time, (run, stop) => CurrentClient.Value.IsAliveAsync(run.Id, stop));

    /// <summary>Resumes runs that are recorded as running although their orchestration has ended: a host that was stopped at the wrong
    /// moment can fail an orchestration before that has written how the run ended, and a start can die between the record and the
    /// orchestration.</summary>
    /// <returns>A line for each run that was resumed, failed or left alone.</returns>
    public async Task<IReadOnlyList<string>> RedriveAsync(CancellationToken cancellationToken)
    {
        var done = new List<string>();
        await foreach (var run in Runs.ListAsync(null, cancellationToken))
        {
            if (run is not { State: RunState.Running, Host: Name })
                continue;
            var instance = await CurrentClient.Value.GetInstanceAsync(run.Id, getInputsAndOutputs: true, cancellationToken);
            if (instance is null or { IsCompleted: true })
                done.Add($"{run.Id}: {await RedriveAsync(run, instance, cancellationToken)}");
        }
        return done;
    }

    /// <inheritdoc/>
    protected override async Task<RunTicket> LaunchAsync(
        RunRequest<PipelineInput, PipelineOutput> request, Func<string, CancellationToken, Task<string>>? reserve,
        CancellationToken cancellationToken)
    {
        await using var booked =
            await _registrar.OpenAsync(request with { Host = Name }, ClaimTimeout, reserve, NullRunObserver.Instance, cancellationToken);
        var run = booked.Record;
        // Machines of the earlier session may have outlived its orchestration: they must save and release their devices.
        if (booked.IsResumed)
            await StopEarlierSessionsAsync(run, cancellationToken);
        var launch = settings.TrainingJob is null ? null : LaunchOptions.Default;
        var scope = new OrchestrationScope(
            run.Id, run.Session, run.Generation, PipelineStages.Train.Name, launch, settings.TrainingParallelism);
        return await CurrentClient.Value.TryScheduleAsync(
                FunctionNames.Orchestration(HostedRunWorkflow.Main.Name), new OrchestrationInput(scope, run.Input), run.Id,
                cancellationToken)
            ? new RunTicket(run.Id, request.Experiment, booked.IsResumed, Repeated: false)
            : throw new RunBusyException(request.Experiment);
    }

    /// <inheritdoc/>
    protected override Task<bool> IsActiveAsync(RunRecord run, CancellationToken cancellationToken) =>
        CurrentClient.Value.IsAliveAsync(run.Id, cancellationToken);

    private async Task<string> RedriveAsync(RunRecord run, OrchestrationMetadata? instance, CancellationToken cancellationToken)
    {
        var why = instance is null ? "there is none" : $"{instance.RuntimeStatus}: {instance.FailureDetails?.ErrorMessage ?? "no message"}";
        try
        {
            // An orchestration that was terminated by hand must not be resumed.
            if (instance is { RuntimeStatus: OrchestrationRuntimeStatus.Terminated })
            {
                await CancelAsync(run.Id, cancellationToken);
                return "interrupted, because its orchestration was terminated";
            }
            if (run.Redrives >= MostRedrives)
            {
                await FailAsync(
                    run, $"Its orchestration ended {MostRedrives + 1} times in a row without reporting how; the last time {why}",
                    cancellationToken);
                return "given up";
            }
            await ResumeAsync(
                run, $"Resumed by the host, because its orchestration had ended without reporting how ({why})", cancellationToken);
            return $"resumed; its orchestration had ended without reporting how ({why})";
        }
        catch (Exception other) when (other is RunBusyException or RunStateException or RunTakenOverException)
        {
            return $"left alone: {other.Message}";
        }
    }
}
