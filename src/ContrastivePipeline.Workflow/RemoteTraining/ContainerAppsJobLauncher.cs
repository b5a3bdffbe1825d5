using System.Diagnostics;
using Azure;
using Azure.Core;

namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>Gets machines as executions of an Azure Container Apps job. Azure names executions itself, so an order is found again by the
/// variable <see cref="ExecutionVariable"/> that its execution carries: an order that is delivered twice gets one machine.</summary>
public sealed class ContainerAppsJobLauncher : ITrainingLauncher
{
    /// <summary>The environment variable by which a machine knows its order.</summary>
    public const string ExecutionVariable = "CONTRASTIVE_EXECUTION";

    private const int StartAttempts = 6;

    private readonly ArtifactStore _store;
    private readonly JobResource _job;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pause;

    /// <summary>Creates a launcher.</summary>
    /// <param name="store">Where orders and the machines that they got are kept.</param>
    /// <param name="jobId">Resource id: <c>/subscriptions/…/providers/Microsoft.App/jobs/train-segment</c>.</param>
    /// <param name="credential">Signs in to Azure; needs the role <c>Container Apps Jobs Operator</c> on the job.</param>
    public ContainerAppsJobLauncher(ArtifactStore store, ResourceIdentifier jobId, TokenCredential credential, TimeProvider time)
        : this(store, JobResource.Create(jobId, credential, time), time, TimeSpan.FromSeconds(5))
    {
    }

    internal ContainerAppsJobLauncher(ArtifactStore store, JobResource job, TimeProvider time, TimeSpan pause) =>
        (_store, _job, _time, _pause) = (store, job, time, pause);

    /// <inheritdoc/>
    /// <exception cref="LaunchRefusedException">Azure refuses it, and would again.</exception>
    public async Task StartAsync(StageOrder order, CancellationToken cancellationToken)
    {
        using var span = Begin("machine start", order);
        await using var turn = await _store.WaitForLeaseAsync(LaunchPaths.Lock(order.Execution), _time, null, cancellationToken);
        if (await FindMachineAsync(order, cancellationToken) is not null)
            return;
        var machine = await _job.FindAsync(ExecutionVariable, order.Execution, cancellationToken)
            ?? await AskAsync(order, cancellationToken);
        await _store.TryCreateAsync(
            LaunchPaths.Started(order.Execution), WorkflowJson.ToBytes(new LaunchStarted(_time.GetUtcNow(), machine)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<MachineState> GetStatusAsync(string machine, CancellationToken cancellationToken) =>
        _job.GetStatusAsync(machine, cancellationToken);

    /// <inheritdoc/>
    public async Task StopAsync(StageOrder order, CancellationToken cancellationToken)
    {
        using var span = Begin("machine stop", order);
        var machine = await FindMachineAsync(order, cancellationToken)
            ?? await _job.FindAsync(ExecutionVariable, order.Execution, cancellationToken);
        if (machine is not null)
            await _job.StopAsync(machine, cancellationToken);
    }

    /// <summary>Asks until it is known that there is one machine: where the answer was lost, it looks before it asks again.</summary>
    private async Task<string> AskAsync(StageOrder order, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _job.StartAsync(ExecutionVariable, order.Execution, cancellationToken);
            }
            catch (RequestFailedException fault) when (attempt < StartAttempts && fault.Status is 0 or 408 or 409 or 429 or >= 500)
            {
                await Task.Delay(_pause * Math.Pow(2, attempt - 1), _time, cancellationToken);
                if (await _job.FindAsync(ExecutionVariable, order.Execution, cancellationToken) is { } machine)
                    return machine;
            }
            catch (RequestFailedException fault)
            {
                throw LaunchRefusedException.Of(_job.Id, fault);
            }
        }
    }

    private static Activity? Begin(string what, StageOrder order) => PipelineTelemetry.StartSpan(what, ActivityKind.Client)?
        .SetTag(PipelineTelemetry.StageTag, order.Stage).SetTag("contrastive.attempt", order.Attempt)
        .SetTag("contrastive.execution", order.Execution);

    private async Task<string?> FindMachineAsync(StageOrder order, CancellationToken cancellationToken) =>
        await _store.TryReadAsync(LaunchPaths.Started(order.Execution), cancellationToken) is { } blob
            ? WorkflowJson.FromBytes<LaunchStarted>(blob.Content).Machine
            : null;
}

/// <summary>Azure does not give a machine, and asking again would not help.</summary>
internal sealed class LaunchRefusedException : Exception, IPermanentFailure
{
    private LaunchRefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    internal static LaunchRefusedException Of(string job, RequestFailedException fault) => new(
        $"Azure did not start the job {job} ({fault.Status} {fault.ErrorCode}): " + fault.Status switch
        {
            401 or 403 => "this identity may not start it. Grant it the role 'Container Apps Jobs Operator' on the job.",
            404 => "there is no such job. Correct the setting CONTRASTIVE_TRAINING_JOB.",
            409 or 429 => "it was busy for too long. Lower CONTRASTIVE_TRAINING_PARALLELISM, or ask for more GPU quota.",
            _ => FirstLine(fault.Message),
        },
        fault);

    // The lines after it repeat the whole answer with its headers.
    private static string FirstLine(string message) => message.Split('\n')[0].TrimEnd();
}
