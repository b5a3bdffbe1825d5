using ContrastivePipeline.Workflow.Activities;
using Microsoft.Azure.Functions.Worker;

namespace ContrastivePipeline.Functions.Activities;

/// <summary>One activity a stage. What a stage does is in src; what an activity adds is its name in the history.</summary>
public sealed class StageActivities(ActivityHost host)
{
    /// <summary>Source to dataset version.</summary>
    [Function("PrepareDatasetActivity")]
    public Task<ActivityAnswer> PrepareDataset([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Captions to a vocabulary.</summary>
    [Function("TokenizerActivity")]
    public Task<ActivityAnswer> Tokenizer([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>A slice of training, on this machine.</summary>
    [Function("TrainActivity")]
    public Task<ActivityAnswer> Train([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Images, captions and prompts to embeddings.</summary>
    [Function("EmbedActivity")]
    public Task<ActivityAnswer> Embed([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Embeddings to numbers.</summary>
    [Function("EvaluateActivity")]
    public Task<ActivityAnswer> Evaluate([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Numbers to a report.</summary>
    [Function("ReportActivity")]
    public Task<ActivityAnswer> Report([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Captions to a dataset version.</summary>
    [Function("RefreshCaptionsActivity")]
    public Task<ActivityAnswer> RefreshCaptions([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>A dataset version to the current one.</summary>
    [Function("PublishVersionActivity")]
    public Task<ActivityAnswer> PublishVersion([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, cancellationToken);

    /// <summary>Whether a stage is done.</summary>
    [Function("FindStageActivity")]
    public Task<FoundStage> Find([ActivityTrigger] StageRequest request, CancellationToken cancellationToken) =>
        host.FindAsync(request, cancellationToken);

    private Task<ActivityAnswer> RunAsync(StageRequest request, CancellationToken cancellationToken) =>
        host.RunStageAsync(request, cancellationToken);
}
