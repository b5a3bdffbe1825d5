using System.Text.Json;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>Caption refreshes as orchestrations.</summary>
internal sealed class DurableRefreshes(DatasetCatalog catalog)
{
    private const int Attempts = 3;

    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(2);

    /// <summary>Runs a refresh and waits for its end. The instance is named by its input, so that a repeated request waits for the same
    /// instance. The waiting process may die: a repeated request finds the completed stages.</summary>
    /// <exception cref="SourceException">The table as a whole cannot be read.</exception>
    /// <exception cref="RefreshConflictException">The dataset was changed meanwhile.</exception>
    /// <exception cref="StoreFullException">The store has no space left.</exception>
    /// <exception cref="PermanentStageException">The refresh failed permanently.</exception>
    public async Task<CaptionRefreshOutput> RunAsync(CaptionRefreshInput input, IRunObserver observer, CancellationToken cancellationToken)
    {
        var client = CurrentClient.Value;
        var instance = $"refresh-{input.Captions.Dataset}-{Fingerprint.Of(input)[..16]}";
        for (var attempt = 1; ; attempt++)
        {
            // False where another request has scheduled it: then wait for that instance.
            await client.TryScheduleAsync(
                FunctionNames.Orchestration(HostedRefreshWorkflow.Main.Name),
                new OrchestrationInput(OrchestrationScope.Alone, WorkflowJson.ToElement(input)), instance, cancellationToken);
            var end = await EndOfAsync(client, instance, cancellationToken);
            if (end is { RuntimeStatus: OrchestrationRuntimeStatus.Completed })
            {
                var result = WorkflowJson.FromElement<RefreshEnd>(end.ReadOutputAs<JsonElement>());
                return await result.ValueAsync(catalog, input.Captions.Dataset, cancellationToken);
            }
            // The refresh returns its own failures as results: here the host failed it, as it may when it is stopped. A repeat finds the
            // completed stages.
            if (attempt == Attempts || end?.RuntimeStatus == OrchestrationRuntimeStatus.Terminated)
            {
                var why = end?.FailureDetails?.ErrorMessage ?? "no message";
                throw new PermanentStageException($"The refresh {instance} ended {attempt} times without a result: {why}");
            }
        }
    }

    // Polled, because the host cancels a call that waits for the end after 100 s.
    private static async Task<OrchestrationMetadata?> EndOfAsync(
        DurableTaskClient client, string instance, CancellationToken cancellationToken)
    {
        for (var wait = FirstPoll; ; wait = wait < LongestPoll ? wait * 2 : LongestPoll)
        {
            var now = await client.GetInstanceAsync(instance, getInputsAndOutputs: true, cancellationToken);
            if (now is null or { IsCompleted: true })
                return now;
            await Task.Delay(wait, cancellationToken);
        }
    }
}
