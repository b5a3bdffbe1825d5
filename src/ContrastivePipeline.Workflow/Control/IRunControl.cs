namespace ContrastivePipeline.Workflow.Control;

/// <summary>Starts, cancels and resumes runs without waiting for their end; <see cref="RunStore"/> has their progress.</summary>
/// <remarks>All methods throw a <see cref="StoreException"/> when the store fails.</remarks>
public interface IRunControl
{
    /// <summary>Starts a run, or resumes the last one of the same experiment and input; returns once it has an id and a record.</summary>
    /// <param name="cancellationToken">Gives up before the run has begun; afterwards it continues without the caller.</param>
    /// <exception cref="RunRequestException">The request is invalid.</exception>
    /// <exception cref="ExperimentInvalidException">The experiment has errors: the exception lists them all.</exception>
    /// <exception cref="DatasetNotFoundException">There is no such stored dataset.</exception>
    /// <exception cref="SourceException">The experiment's source as a whole cannot be read.</exception>
    /// <exception cref="IdempotencyConflictException">The key was used for another request.</exception>
    /// <exception cref="RunBusyException">A run of this experiment is running.</exception>
    /// <exception cref="RunLimitException">Too many runs wait already.</exception>
    Task<RunTicket> StartAsync(RunStart start, CancellationToken cancellationToken);

    /// <summary>Asks a run to stop at its next checkpoint, whichever process works on it; it is then interrupted and can be resumed. Does
    /// nothing to a run that is interrupted already.</summary>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunStateException">It has ended.</exception>
    Task CancelAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Continues with a run that was interrupted or killed, or tries one again that failed.</summary>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunStateException">It is completed, or a later run of its experiment has taken its place.</exception>
    /// <exception cref="RunBusyException">A run of its experiment is running.</exception>
    /// <exception cref="RunLimitException">Too many runs wait already.</exception>
    Task<RunTicket> ResumeAsync(string runId, CancellationToken cancellationToken);
}
