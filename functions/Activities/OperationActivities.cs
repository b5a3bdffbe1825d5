using ContrastivePipeline.Workflow.Hosting.Activities;
using Microsoft.Azure.Functions.Worker;

namespace ContrastivePipeline.Functions.Activities;

/// <summary>One activity an operation.</summary>
public sealed class OperationActivities(ActivityHost host)
{
    /// <summary>Gets a machine for a stage.</summary>
    [Function("StartMachineActivity")]
    public Task<ActivityAnswer> Start([ActivityTrigger] OperationRequest request, FunctionContext context) => DoAsync(request, context);

    /// <summary>Looks how it is.</summary>
    [Function("LookAtMachineActivity")]
    public Task<ActivityAnswer> Look([ActivityTrigger] OperationRequest request, FunctionContext context) => DoAsync(request, context);

    /// <summary>Stops it.</summary>
    [Function("StopMachineActivity")]
    public Task<ActivityAnswer> Stop([ActivityTrigger] OperationRequest request, FunctionContext context) => DoAsync(request, context);

    /// <summary>Writes the end of a run into its record.</summary>
    [Function("EndRunActivity")]
    public Task<ActivityAnswer> EndRun([ActivityTrigger] OperationRequest request, FunctionContext context) => DoAsync(request, context);

    private Task<ActivityAnswer> DoAsync(OperationRequest request, FunctionContext context) =>
        host.DoAsync(request, context.CancellationToken);
}
