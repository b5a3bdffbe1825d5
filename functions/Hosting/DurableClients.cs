using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>The durable client of the current invocation. The worker gives clients to functions only, but the run control behind the API's
/// handlers needs one, too.</summary>
public static class CurrentClient
{
    private static readonly AsyncLocal<DurableTaskClient?> Client = new();

    /// <summary>The client of the current invocation.</summary>
    /// <exception cref="InvalidOperationException">The current flow was not started by a function with a client.</exception>
    public static DurableTaskClient Value =>
        Client.Value ?? throw new InvalidOperationException("No durable client: only functions with [DurableClient] can start runs.");

    /// <summary>Sets the client until disposed.</summary>
    public static IDisposable Use(DurableTaskClient client)
    {
        Client.Value = client;
        return new Reset();
    }

    private sealed class Reset : IDisposable
    {
        public void Dispose() => Client.Value = null;
    }
}

/// <summary>Questions about orchestration instances whose answers differ between hosts and versions of Durable Task.</summary>
internal static class DurableClientExtensions
{
    // Given explicitly, because the default is a setting of the host: an instance that has not ended is never replaced.
    private static readonly OrchestrationRuntimeStatus[] Alive =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>Whether an instance has not ended. <c>IsRunning</c> is false for one that was just scheduled, which is pending.</summary>
    public static async Task<bool> IsAliveAsync(this DurableTaskClient client, string instance, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(instance, cancellationToken) is { IsCompleted: false };

    /// <summary>Schedules an instance, unless one of that id is alive.</summary>
    /// <returns>False where one is.</returns>
    public static async Task<bool> TryScheduleAsync(
        this DurableTaskClient client, string orchestration, object input, string instance, CancellationToken cancellationToken)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                orchestration, input, new StartOrchestrationOptions(instance).WithDedupeStatuses(Alive), cancellationToken);
            return true;
        }
        catch (Exception fault) when (fault is OrchestrationAlreadyExistsException or RpcException { StatusCode: StatusCode.AlreadyExists })
        {
            // The host says so over gRPC, which the client turns into the exception of Durable Task.
            return false;
        }
    }
}
