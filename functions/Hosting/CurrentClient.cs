using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>
/// The durable client of the invocation at hand. The worker hands clients to functions alone, and the run control that needs one is behind
/// the API's handlers.
/// </summary>
public static class CurrentClient
{
    private static readonly AsyncLocal<DurableTaskClient?> s_client = new();

    /// <summary>The client.</summary>
    /// <exception cref="InvalidOperationException">No function that has one is running here.</exception>
    public static DurableTaskClient Value =>
        s_client.Value ?? throw new InvalidOperationException("No durable client: only functions with [DurableClient] can start runs.");

    /// <summary>Sets it until disposed.</summary>
    public static IDisposable Use(DurableTaskClient client)
    {
        s_client.Value = client;
        return new Reset();
    }

    private sealed class Reset : IDisposable
    {
        public void Dispose() => s_client.Value = null;
    }
}
