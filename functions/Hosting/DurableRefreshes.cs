using System.Text.Json;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Functions.Orchestrations;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Hosting.Activities;
using ContrastivePipeline.Workflow.Refreshing;
using ContrastivePipeline.Workflow.Stages;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>Caption refreshes as orchestrations.</summary>
/// <param name="catalog">The datasets.</param>
internal sealed class DurableRefreshes(DatasetCatalog catalog)
{
    /// <summary>
    /// Runs one and waits for its end. Its instance is named by its input, so that whoever asks twice waits for the same one. Who waits may die:
    /// a repeat finds the stages done.
    /// </summary>
    /// <exception cref="SourceException">The table as a whole cannot be read.</exception>
    /// <exception cref="RefreshConflictException">The dataset was changed meanwhile.</exception>
    /// <exception cref="StoreFullException">The store has no room left.</exception>
    /// <exception cref="PermanentStageException">It failed for good.</exception>
    public async Task<CaptionRefreshOutput> RunAsync(CaptionRefreshInput input, IRunObserver observer, CancellationToken cancellationToken)
    {
        var client = CurrentClient.Value;
        var instance = $"refresh-{input.Captions.Dataset}-{Fingerprint.Of(input)[..16]}";
        if (await client.GetInstanceAsync(instance, cancellationToken) is not { IsRunning: true })
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                FunctionNames.Orchestration(HostedRefreshWorkflow.Main.Name),
                new OrchestrationInput(OrchestrationScope.Alone, WorkflowJson.ToElement(input)),
                new StartOrchestrationOptions(instance), cancellationToken);
        }
        var end = await client.WaitForInstanceCompletionAsync(instance, getInputsAndOutputs: true, cancellationToken);
        return end.RuntimeStatus == OrchestrationRuntimeStatus.Completed
            ? await WorkflowJson.FromElement<RefreshEnd>(end.ReadOutputAs<JsonElement>()).ValueAsync(catalog, input.Captions.Dataset, cancellationToken)
            : throw new PermanentStageException(end.FailureDetails?.ErrorMessage ?? $"The refresh {instance} ended without a result.");
    }
}
