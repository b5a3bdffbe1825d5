using Microsoft.Azure.Functions.Worker;

namespace ContrastivePipeline.Functions.Activities;

/// <summary>One activity per stage. The stages are in src; an activity adds a function name, which the history records.</summary>
public sealed class StageActivities(ActivityHost host)
{
    /// <summary>Prepares a dataset version from its source.</summary>
    [Function("PrepareDatasetActivity")]
    public Task<ActivityAnswer> PrepareDatasetAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Trains or fetches the tokenizer's vocabulary.</summary>
    [Function("TokenizerActivity")]
    public Task<ActivityAnswer> TokenizerAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Takes published weights into the store.</summary>
    [Function("ImportWeightsActivity")]
    public Task<ActivityAnswer> ImportWeightsAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Finds the vectors of a dataset in a file of embeddings.</summary>
    [Function("MatchEmbeddingsActivity")]
    public Task<ActivityAnswer> MatchEmbeddingsAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>A segment of a training, on this machine.</summary>
    [Function("TrainActivity")]
    public Task<ActivityAnswer> TrainAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Embeds images, captions and prompts.</summary>
    [Function("EmbedActivity")]
    public Task<ActivityAnswer> EmbedAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Computes metrics from embeddings.</summary>
    [Function("EvaluateActivity")]
    public Task<ActivityAnswer> EvaluateAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Writes the report from the metrics.</summary>
    [Function("ReportActivity")]
    public Task<ActivityAnswer> ReportAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Makes a dataset version from a caption table.</summary>
    [Function("RefreshCaptionsActivity")]
    public Task<ActivityAnswer> RefreshCaptionsAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Makes a dataset version the current one.</summary>
    [Function("PublishVersionActivity")]
    public Task<ActivityAnswer> PublishVersionAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Whether a stage is done.</summary>
    [Function("FindStageActivity")]
    public Task<FoundStage> FindAsync([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        host.FindAsync(request, cancellationToken);

    private Task<ActivityAnswer> RunAsync(StageRequest request, CancellationToken cancellationToken) =>
        host.RunStageAsync(request, cancellationToken);
}

/// <summary>One activity per operation.</summary>
public sealed class OperationActivities(ActivityHost host)
{
    /// <summary>Starts a machine for a stage.</summary>
    [Function("StartMachineActivity")]
    public Task<ActivityAnswer> StartAsync([ActivityTrigger] OperationRequest request, CancellationToken cancellationToken) =>
        DoAsync(request, cancellationToken);

    /// <summary>Gets the status of a machine.</summary>
    [Function("LookAtMachineActivity")]
    public Task<ActivityAnswer> GetStatusAsync([ActivityTrigger] OperationRequest request, CancellationToken cancellationToken) =>
        DoAsync(request, cancellationToken);

    /// <summary>Stops a machine.</summary>
    [Function("StopMachineActivity")]
    public Task<ActivityAnswer> StopAsync([ActivityTrigger] OperationRequest request, CancellationToken cancellationToken) =>
        DoAsync(request, cancellationToken);

    /// <summary>Writes the end of a run into its record.</summary>
    [Function("EndRunActivity")]
    public Task<ActivityAnswer> EndRunAsync([ActivityTrigger] OperationRequest request, CancellationToken cancellationToken) =>
        DoAsync(request, cancellationToken);

    private Task<ActivityAnswer> DoAsync(OperationRequest request, CancellationToken cancellationToken) =>
        host.DoAsync(request, cancellationToken);
}
