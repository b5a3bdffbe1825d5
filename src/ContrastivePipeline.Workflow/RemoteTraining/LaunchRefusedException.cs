using Azure;

namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>Azure does not give a machine, and asking again would not help.</summary>
public sealed class LaunchRefusedException : Exception, IPermanentFailure
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
