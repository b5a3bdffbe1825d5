namespace ContrastivePipeline.Workflow.Runs;

/// <summary>A run of the experiment is running.</summary>
public sealed class RunBusyException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RunBusyException(string experiment)
        : base($"A run of experiment '{experiment}' is running. Wait until it ends, or stop it, and start again.") =>
        Experiment = experiment;

    /// <summary>Name of the experiment.</summary>
    public string Experiment { get; }
}

/// <summary>Another process has taken the run over while this one could not reach the store.</summary>
public sealed class RunTakenOverException : Exception, IPermanentFailure
{
    internal RunTakenOverException(string id)
        : base($"Run '{id}' was deleted or taken over by another process while this one worked on it; this one stops.")
    {
    }
}

/// <summary>The record of a run is damaged, or of another version of the program.</summary>
public sealed class RunRecordException : Exception, IPermanentFailure
{
    internal RunRecordException(string path, Exception cause)
        : base(
            $"The record {path} of run '{path.Split('/')[^2]}' cannot be read ({Reason(cause)}). Other runs are not affected, and neither is what the "
            + "run made. Run its experiment again, which finds all that is done; or restore the blob.",
            cause) =>
        (Path, RunId) = (path, path.Split('/')[^2]);

    private static string Reason(Exception cause) =>
        cause is ArtifactCorruptException damaged ? $"expected {damaged.Expected}, found {damaged.Found}" : cause.Message;

    /// <summary>Where the record is.</summary>
    public string Path { get; }

    /// <summary>Id of the run.</summary>
    public string RunId { get; }
}

/// <summary>Somebody cancelled the run from another process.</summary>
public sealed class RunCancelledException : OperationCanceledException
{
    internal RunCancelledException(string id)
        : base($"Run '{id}' was cancelled from outside.")
    {
    }
}

/// <summary>A request to start a run makes no sense. The message says what to correct.</summary>
public sealed class RunRequestException : Exception
{
    internal RunRequestException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>There is no such run.</summary>
public sealed class RunNotFoundException : Exception
{
    internal RunNotFoundException(string id)
        : base($"There is no run '{id}'.")
    {
    }
}

/// <summary>The run is not in a state in which that can be done with it. The message says which it is in.</summary>
public sealed class RunStateException : Exception
{
    internal RunStateException(string message)
        : base(message)
    {
    }
}

/// <summary>An idempotency key was used before, for another request.</summary>
public sealed class IdempotencyConflictException : Exception
{
    internal IdempotencyConflictException(string runId)
        : base($"The idempotency key was used for another request, which started run '{runId}'. Use a new key for a new request.") =>
        RunId = runId;

    /// <summary>The run that the first request started.</summary>
    public string RunId { get; }
}

/// <summary>As many runs as this process takes are running or wait.</summary>
public sealed class RunLimitException : Exception
{
    internal RunLimitException(int limit)
        : base($"{limit} runs are running or wait for their turn, which is as many as this process takes. Try again when one has ended.")
    {
    }
}
