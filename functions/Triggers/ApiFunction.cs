using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Triggers;

/// <summary>The whole API behind a function key. Its routes and handlers are those of <c>contrastive serve</c>.</summary>
public sealed class ApiFunction(HostedApi api)
{
    /// <summary>Answers any request under <c>/api</c>.</summary>
    [Function("Api")]
    public async Task RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "post", "put", "delete", Route = "{*path}")] HttpRequest request,
        [DurableClient] DurableTaskClient client)
    {
        using var current = CurrentClient.Use(client);
        await api.HandleAsync(request.HttpContext);
    }
}
