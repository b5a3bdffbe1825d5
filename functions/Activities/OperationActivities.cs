using ContrastivePipeline.Workflow.Activities;
using Microsoft.Azure.Functions.Worker;

namespace ContrastivePipeline.Functions.Activities;

/// <summary>One activity an operation.</summary>
public sealed class OperationActivities(ActivityHost host)
{
    /// <summary>Gets a machine for a stage.</summary>
    [Function("StartMachineActivity")]
    public Task<ActivityAnswer> Start([ActivityTrigger] OperationRequest request, CancellationToken cancellationToken) =>
        DoAsync(request, cancellationToken);

    /// <summary>Looks how it is.</summary>
    [Function("LookAtMachineActivity")]
    public Task<ActivityAnswer> Look([ActivityTrigger] OperationRequest request, CancellationToken cancellationToken) =>
        DoAsync(request, cancellationToken);

    /// <summary>Stops it.</summary>
    [Function("StopMachineActivity")]
    public Task<ActivityAnswer> Stop([ActivityTrigger] OperationRequest request, CancellationToken cancellationToken) =>
        DoAsync(request, cancellationToken);

    /// <summary>Writes the end of a run into its record.</summary>
    [Function("EndRunActivity")]
    public Task<ActivityAnswer> EndRun([ActivityTrigger] OperationRequest request, CancellationToken cancellationToken) =>
        DoAsync(request, cancellationToken);

    private Task<ActivityAnswer> DoAsync(OperationRequest request, CancellationToken cancellationToken) =>
        host.DoAsync(request, cancellationToken);
}
