using System.Text.Json;
using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Functions.Orchestrations;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Activities;
using ContrastivePipeline.Workflow.Events;
using ContrastivePipeline.Workflow.Refreshing;
using ContrastivePipeline.Workflow.Stages;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>Caption refreshes as orchestrations.</summary>
/// <param name="catalog">The datasets.</param>
internal sealed class DurableRefreshes(DatasetCatalog catalog)
{
    private const int Attempts = 3;

    private static readonly TimeSpan s_firstLook = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Runs one and waits for its end. Its instance is named by its input, so that whoever asks twice waits for the same one. Who waits may die:
    /// a repeat finds the stages done.
    /// </summary>
    /// <exception cref="SourceException">The table as a whole cannot be read.</exception>
    /// <exception cref="RefreshConflictException">The dataset was changed meanwhile.</exception>
    /// <exception cref="StoreFullException">The store has no space left.</exception>
    /// <exception cref="PermanentStageException">It failed for good.</exception>
    public async Task<CaptionRefreshOutput> RunAsync(CaptionRefreshInput input, IRunObserver observer, CancellationToken cancellationToken)
    {
        var client = CurrentClient.Value;
        var instance = $"refresh-{input.Captions.Dataset}-{Fingerprint.Of(input)[..16]}";
        for (var attempt = 1; ; attempt++)
        {
            // Where another request was faster, its refresh is ours.
            await client.TryScheduleAsync(
                FunctionNames.Orchestration(HostedRefreshWorkflow.Main.Name),
                new OrchestrationInput(OrchestrationScope.Alone, WorkflowJson.ToElement(input)), instance, cancellationToken);
            var end = await EndOfAsync(client, instance, cancellationToken);
            if (end is { RuntimeStatus: OrchestrationRuntimeStatus.Completed })
            {
                var result = WorkflowJson.FromElement<RefreshEnd>(end.ReadOutputAs<JsonElement>());
                return await result.ValueAsync(catalog, input.Captions.Dataset, cancellationToken);
            }
            // Its own failures are results: this one the host failed, as it may when it is stopped. Stages that are done are found done.
            if (attempt == Attempts || end?.RuntimeStatus == OrchestrationRuntimeStatus.Terminated)
            {
                var why = end?.FailureDetails?.ErrorMessage ?? "no message";
                throw new PermanentStageException($"The refresh {instance} ended {attempt} times without a result: {why}");
            }
        }
    }

    // Looked at again and again, because a call that waits for the end is given up by the host after 100 s.
    private static async Task<OrchestrationMetadata?> EndOfAsync(DurableTaskClient client, string instance, CancellationToken cancellationToken)
    {
        for (var wait = s_firstLook; ; wait = wait < s_longestWait ? wait * 2 : s_longestWait)
        {
            var now = await client.GetInstanceAsync(instance, getInputsAndOutputs: true, cancellationToken);
            if (now is null or { IsCompleted: true })
                return now;
            await Task.Delay(wait, cancellationToken);
        }
    }
}
