using Azure.Core;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>The app's settings, all from environment variables.</summary>
/// <param name="Store">What <c>--store</c> takes.</param>
/// <param name="TrainingJob">The job that trains; null where activities do.</param>
/// <param name="ScheduledExperiments">Experiments that the schedule starts.</param>
public sealed record FunctionsSettings(string Store, ResourceIdentifier? TrainingJob, IReadOnlyList<string> ScheduledExperiments)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidOperationException">One is missing.</exception>
    public static FunctionsSettings OfProcess()
    {
        var job = Variable("CONTRASTIVE_TRAINING_JOB");
        return new FunctionsSettings(
            Variable("CONTRASTIVE_STORE")
                ?? throw new InvalidOperationException("Set CONTRASTIVE_STORE: the URL of the store's container, or a connection string."),
            job is null ? null : new ResourceIdentifier(job),
            (Variable("CONTRASTIVE_SCHEDULED_EXPERIMENTS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
