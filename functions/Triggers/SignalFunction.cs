using System.Text.Json;
using ContrastivePipeline.Functions.Hosting;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.RemoteTraining;
using ContrastivePipeline.Workflow.Stages;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Triggers;

/// <summary>Turns the word of a machine that has ended into the event that its orchestration waits for.</summary>
public sealed class SignalFunction(SignalStore signals)
{
    /// <summary>Raises the event, then deletes the word. Where this fails, the orchestration finds out at its next look.</summary>
    [Function("Signal")]
    public async Task RunAsync(
        [BlobTrigger("%CONTRASTIVE_SIGNALS%/{listener}/{name}.json")] string content, string listener, string name,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(content);
        var signal = WorkflowJson.FromElement<LaunchSignal>(document.RootElement);
        // A listener that has ended, because its run did, wants no word any more; the host refuses it.
        if (await client.IsAliveAsync(listener, cancellationToken))
            await client.RaiseEventAsync(listener, name, WorkflowJson.ToElement(signal), cancellationToken);
        await signals.Store.DeleteAsync($"{listener}/{name}.json", cancellationToken);
    }
}

/// <summary>The container of signals, apart from the store proper.</summary>
/// <param name="Store">It.</param>
public sealed record SignalStore(ArtifactStore Store);
