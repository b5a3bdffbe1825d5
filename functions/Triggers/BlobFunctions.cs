using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Triggers;

/// <summary>Refreshes captions with tables that are dropped into the inbox.</summary>
public sealed class InboxFunction(CaptionInbox inbox)
{
    /// <summary>Processes a dropped file; ignores those that the inbox has moved or written itself.</summary>
    [Function("Inbox")]
    public async Task RunAsync(
        [BlobTrigger("%CONTRASTIVE_INBOX%/{path}")] Stream table, string path, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        // Read again by its path: the blob may have been replaced since it triggered the function.
        await table.DisposeAsync();
        using var current = CurrentClient.Use(client);
        await inbox.ProcessAsync(path, cancellationToken);
    }
}

/// <summary>Turns the signal blob of a machine that has ended into the event that its orchestration waits for.</summary>
public sealed class SignalFunction(SignalStore signals)
{
    /// <summary>Raises the event, then deletes the blob. Where this fails, the orchestration learns of the end at its next poll.</summary>
    [Function("Signal")]
    public async Task RunAsync(
        [BlobTrigger("%CONTRASTIVE_SIGNALS%/{listener}/{name}.json")] string content, string listener, string name,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(content);
        var signal = WorkflowJson.FromElement<LaunchSignal>(document.RootElement);
        // The host rejects an event for an orchestration that has ended.
        if (await client.IsAliveAsync(listener, cancellationToken))
            await client.RaiseEventAsync(listener, name, WorkflowJson.ToElement(signal), cancellationToken);
        await signals.Store.DeleteAsync($"{listener}/{name}.json", cancellationToken);
    }
}
