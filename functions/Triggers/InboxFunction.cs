using ContrastivePipeline.Functions.Hosting;
using ContrastivePipeline.Workflow.Refreshing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Triggers;

/// <summary>Refreshes captions with tables that are dropped into the inbox.</summary>
public sealed class InboxFunction(CaptionInbox inbox)
{
    /// <summary>Takes a file; those that the inbox moved or wrote itself are none.</summary>
    [Function("Inbox")]
    public async Task RunAsync(
        [BlobTrigger("%CONTRASTIVE_INBOX%/{path}")] Stream table, string path, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        // Read anew by its path: what triggered this may have been replaced meanwhile.
        await table.DisposeAsync();
        using (CurrentClient.Use(client))
            await inbox.ProcessAsync(path, cancellationToken);
    }
}
