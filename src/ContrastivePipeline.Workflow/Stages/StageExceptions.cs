namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Marks a failure that the same work would meet again: hosts do not retry it.</summary>
public interface IPermanentFailure;

/// <summary>A stage cannot do its work, and trying again would not help. The message says what was wrong, where, and what to do.</summary>
public sealed class PermanentStageException(string message, Exception? inner = null) : Exception(message, inner), IPermanentFailure;

/// <summary>Another process took a stage over while this one could not reach the store: the next attempt waits for it.</summary>
internal sealed class StageClaimLostException(StageIdentity stage)
    : Exception($"Another process took stage {stage} over while this one could not reach the store.");

/// <summary>What a stage reads was damaged and is removed: a repeated run makes it again.</summary>
internal sealed class DamagedInputException(ArtifactCorruptException damaged) : Exception(
    $"The artifact '{damaged.Path}' was damaged (expected {damaged.Expected}, found {damaged.Found}) and has been removed. Run the same "
    + "again: the stage that made it is redone, then this one."
    + (damaged.Path.StartsWith("datasets/", StringComparison.Ordinal)
        ? " Where the experiment uses a stored dataset, first prepare or refresh that again." : ""),
    damaged), IPermanentFailure;

/// <summary>A stage failed for good. The message names the stage and repeats the cause.</summary>
public sealed class StageFailedException(StageIdentity stage, int attempts, Exception cause) : Exception(
    $"Stage {stage} failed{(attempts > 1 ? $" after {attempts} attempts" : "")}: {cause.Message}", cause), IPermanentFailure
{
    /// <summary>The stage.</summary>
    public StageIdentity Stage { get; } = stage;
}
