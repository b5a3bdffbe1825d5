using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace ContrastivePipeline.Functions.Triggers;

/// <summary>Starts the experiments of the schedule.</summary>
public sealed class ScheduleFunction(ScheduledStarts starts, FunctionsSettings settings)
{
    /// <summary>Runs at every time of the schedule; stores which experiments it started, and why it did not start the others.</summary>
    [Function("Schedule")]
    public async Task RunAsync(
        [TimerTrigger("%CONTRASTIVE_SCHEDULE%")] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        using var current = CurrentClient.Use(client);
        await starts.RunAsync(settings.ScheduledExperiments, cancellationToken);
    }
}

/// <summary>Periodic maintenance: resumes runs that lost their orchestration, deletes old history.</summary>
public sealed class MaintenanceFunctions(DurableRunControl control, TimeProvider time, ILogger<MaintenanceFunctions> log)
{
    // The history is of use for days at most; the record of a run is in the store and is kept.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>Resumes runs whose orchestration ended without reporting how.</summary>
    [Function("Redrive")]
    public async Task RedriveAsync(
        [TimerTrigger("0 */5 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        using var current = CurrentClient.Use(client);
        foreach (var line in await control.RedriveAsync(cancellationToken))
            log.LogWarning("{Redriven}", line);
    }

    /// <summary>Deletes the history of orchestrations that ended, 30 days after they began.</summary>
    [Function("PurgeHistory")]
    public async Task PurgeAsync(
        [TimerTrigger("0 30 4 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var old = new PurgeInstancesFilter(DateTimeOffset.UnixEpoch, time.GetUtcNow() - Kept, Ended);
        var purged = await client.PurgeAllInstancesAsync(old, cancellationToken);
        if (log.IsEnabled(LogLevel.Information))
            log.LogInformation("{Count} instances purged from the task hub", purged.PurgedInstanceCount);
    }
}
