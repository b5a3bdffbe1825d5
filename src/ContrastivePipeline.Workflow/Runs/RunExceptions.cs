namespace ContrastivePipeline.Workflow.Runs;

/// <summary>A run of the experiment is running.</summary>
public sealed class RunBusyException(string experiment)
    : Exception($"A run of experiment '{experiment}' is running. Wait until it ends, or stop it, and start again.")
{
    /// <summary>Name of the experiment.</summary>
    public string Experiment { get; } = experiment;
}

/// <summary>Another process has taken the run over while this one could not reach the store.</summary>
public sealed class RunTakenOverException(string id)
    : Exception($"Run '{id}' was deleted or taken over by another process while this one worked on it; this one stops."), IPermanentFailure;

/// <summary>The record of a run is damaged, or of another version of the program.</summary>
public sealed class RunRecordException(string path, Exception cause) : Exception(
    $"The record {path} of run '{path.Split('/')[^2]}' cannot be read ({Reason(cause)}). Other runs are not affected, and neither is what "
    + "the run made. Run its experiment again, which finds all that is done; or restore the blob.",
    cause), IPermanentFailure
{
    /// <summary>Where the record is.</summary>
    public string Path { get; } = path;

    /// <summary>Id of the run.</summary>
    public string RunId { get; } = path.Split('/')[^2];

    private static string Reason(Exception cause) =>
        cause is ArtifactCorruptException damaged ? $"expected {damaged.Expected}, found {damaged.Found}" : cause.Message;
}

/// <summary>Another process cancelled the run.</summary>
public sealed class RunCancelledException(string id) : OperationCanceledException($"Run '{id}' was cancelled from outside.");

/// <summary>A request to start a run is invalid. The message says what to correct.</summary>
public sealed class RunRequestException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>There is no such run.</summary>
public sealed class RunNotFoundException(string id) : Exception($"There is no run '{id}'.");

/// <summary>The state of a run does not allow what was asked. The message says which state it is in.</summary>
public sealed class RunStateException(string message) : Exception(message);

/// <summary>An idempotency key was used before, for another request.</summary>
public sealed class IdempotencyConflictException(string runId)
    : Exception($"The idempotency key was used for another request, which started run '{runId}'. Use a new key for a new request.")
{
    /// <summary>The run that the first request started.</summary>
    public string RunId { get; } = runId;
}

/// <summary>As many runs as this process takes are running or wait.</summary>
public sealed class RunLimitException(int limit)
    : Exception($"{limit} runs are running or wait for their turn, which is as many as this process takes. Try again when one has ended.");
