using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>What this app asks of orchestrations, in one place: how Durable Task says "alive" and "there already".</summary>
internal static class Orchestrations
{
    // Named, because what stands for none is a setting of the host: an instance that has not ended is never replaced.
    private static readonly OrchestrationRuntimeStatus[] s_alive =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>
    /// Whether an instance runs or is about to: one that was scheduled a moment ago is pending, which <c>IsRunning</c> is not.
    /// </summary>
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
                orchestration, input, new StartOrchestrationOptions(instance).WithDedupeStatuses(s_alive), cancellationToken);
            return true;
        }
        catch (Exception fault) when (fault is OrchestrationAlreadyExistsException or RpcException { StatusCode: StatusCode.AlreadyExists })
        {
            // The host says so over gRPC, which the client turns into the exception of Durable Task.
            return false;
        }
    }
}
