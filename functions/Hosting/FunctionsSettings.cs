using System.Globalization;
using Azure.Core;

namespace ContrastivePipeline.Functions.Hosting;

/// <summary>The app's settings, all from environment variables.</summary>
/// <param name="Store">What <c>--store</c> takes.</param>
/// <param name="TrainingJob">The Container Apps job that trains; null where training runs as an activity.</param>
/// <param name="TrainingParallelism">Concurrent trials of a run; each trains on one machine.</param>
public sealed record FunctionsSettings(
    string Store, ResourceIdentifier? TrainingJob, int TrainingParallelism, IReadOnlyList<string> ScheduledExperiments)
{
    private const string Parallelism = "CONTRASTIVE_TRAINING_PARALLELISM";

    /// <summary>Reads the settings from the environment variables of the process.</summary>
    /// <exception cref="InvalidOperationException">A setting is missing or invalid.</exception>
    public static FunctionsSettings OfProcess()
    {
        var job = Variable("CONTRASTIVE_TRAINING_JOB");
        return new FunctionsSettings(
            Variable("CONTRASTIVE_STORE")
                ?? throw new InvalidOperationException("Set CONTRASTIVE_STORE: the URL of the store's container, or a connection string."),
            job is null ? null : new ResourceIdentifier(job),
            Variable(Parallelism) is { } trials ? Positive(Parallelism, trials) : 4,
            (Variable("CONTRASTIVE_SCHEDULED_EXPERIMENTS") ?? "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static int Positive(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new InvalidOperationException($"{name} is '{text}'; set it to a whole number from 1 on.");

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
