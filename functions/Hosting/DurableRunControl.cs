using ContrastivePipeline.Functions.Orchestrations;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Hosting.Activities;
using ContrastivePipeline.Workflow.Launching;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Runs;
using Microsoft.DurableTask;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>Runs as orchestrations; a run's id is its instance's.</summary>
/// <param name="store">The store.</param>
/// <param name="requests">Turns experiments into runs.</param>
/// <param name="settings">Where training runs, and how much of it at once.</param>
/// <param name="time">The clock.</param>
public sealed class DurableRunControl(ArtifactStore store, ReproductionRequests requests, FunctionsSettings settings, TimeProvider time)
    : RunControl(store, requests, dataFolder: null, time)
{
    private const string Name = "durable-functions";

    private readonly RunBook _book = new(new RunStore(store), time);

    /// <inheritdoc/>
    protected override async Task<RunTicket> LaunchAsync(
        RunRequest<ReproductionInput, ReproductionOutput> request, Func<string, CancellationToken, Task<string>>? reserve,
        CancellationToken cancellationToken)
    {
        // No process holds the claim for the length of a run here: whether one is at work, its orchestration tells.
        var last = await Runs.LatestAsync(request.Experiment, cancellationToken);
        if (last is { State: RunState.Running } && await IsActiveAsync(last, cancellationToken))
            throw new RunBusyException(request.Experiment);
        await using var booked = await _book.OpenAsync(request with { Host = Name }, ClaimPatience, reserve, Nobody.Instance, cancellationToken);
        var run = booked.Record;
        // Machines of the session before may have outlived its orchestration: they are to save and make room.
        if (booked.IsResumed)
            await StopEarlierSessionsAsync(run, cancellationToken);
        var launch = settings.TrainingJob is null ? null : LaunchOptions.Default;
        var scope = new OrchestrationScope(
            run.Id, run.Session, run.Generation, ReproductionStages.Train.Name, launch, settings.TrainingParallelism);
        await CurrentClient.Value.ScheduleNewOrchestrationInstanceAsync(
            FunctionNames.Orchestration(HostedRunWorkflow.Main.Name), new OrchestrationInput(scope, run.Input),
            new StartOrchestrationOptions(run.Id), cancellationToken);
        return new RunTicket(run.Id, request.Experiment, booked.IsResumed, Repeated: false);
    }

    /// <inheritdoc/>
    protected override async Task<bool> IsActiveAsync(RunRecord run, CancellationToken cancellationToken) =>
        await CurrentClient.Value.GetInstanceAsync(run.Id, cancellationToken) is { IsRunning: true };
}
