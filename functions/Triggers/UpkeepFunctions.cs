using ContrastivePipeline.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace ContrastivePipeline.Functions.Triggers;

/// <summary>What the app does by itself to stay in order.</summary>
public sealed class UpkeepFunctions(DurableRunControl control, TimeProvider time, ILogger<UpkeepFunctions> log)
{
    // Long after anybody looks into the task hub; the record of a run is in the store and is kept.
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(30);

    private static readonly OrchestrationRuntimeStatus[] s_ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>Resumes runs whose orchestration ended without reporting how.</summary>
    [Function("Redrive")]
    public async Task RedriveAsync(
        [TimerTrigger("0 */5 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        using (CurrentClient.Use(client))
        {
            foreach (var line in await control.RedriveAsync(cancellationToken))
                log.LogWarning("{Redriven}", line);
        }
    }

    /// <summary>Deletes the history of orchestrations that ended, 30 days after they began.</summary>
    [Function("PurgeHistory")]
    public async Task PurgeAsync(
        [TimerTrigger("0 30 4 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var old = new PurgeInstancesFilter(DateTimeOffset.UnixEpoch, time.GetUtcNow() - s_kept, s_ended);
        var purged = await client.PurgeAllInstancesAsync(old, cancellationToken);
        if (log.IsEnabled(LogLevel.Information))
            log.LogInformation("{Count} instances purged from the task hub", purged.PurgedInstanceCount);
    }
}
