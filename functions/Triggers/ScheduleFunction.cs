using ContrastivePipeline.Functions.Hosting;
using ContrastivePipeline.Workflow.Control;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Triggers;

/// <summary>Starts the experiments of the schedule.</summary>
public sealed class ScheduleFunction(ScheduledStarts starts, FunctionsSettings settings)
{
    /// <summary>Runs at every time of the schedule; why an experiment was not started is written beside those that were.</summary>
    [Function("Schedule")]
    public async Task RunAsync(
        [TimerTrigger("%CONTRASTIVE_SCHEDULE%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        using (CurrentClient.Use(client))
            await starts.RunAsync(settings.ScheduledExperiments, cancellationToken);
    }
}
