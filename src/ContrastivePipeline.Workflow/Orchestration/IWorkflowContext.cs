namespace ContrastivePipeline.Workflow.Orchestration;

/// <summary>All that a workflow may do. A workflow is deterministic: it has no clock, randomness or I/O of its own, starts no thread, and
/// awaits only what this port returns (and <see cref="Task.WhenAll(IEnumerable{Task})"/> of it, never with <c>ConfigureAwait(false)</c>),
/// so that a host may replay it from the recorded results.</summary>
public interface IWorkflowContext
{
    /// <summary>Id of the run, the same in every replay and every child.</summary>
    string RunId { get; }

    /// <summary>How many children a workflow that fans out may have running at once; at least 1, the same in every replay.</summary>
    int ChildrenAtOnce { get; }

    /// <summary>Runs a stage, or fetches the output that it has already.</summary>
    /// <exception cref="StageFailedException">The stage failed for good.</exception>
    Task<TOutput> CallAsync<TInput, TOutput>(StageReference<TInput, TOutput> stage, TInput input);

    /// <summary>Does something of the moment, each time that it is asked for.</summary>
    Task<TOutput> DoAsync<TInput, TOutput>(OperationReference<TInput, TOutput> operation, TInput input);

    /// <summary>Runs another workflow.</summary>
    /// <param name="instance">Names this execution among its siblings, for example <c>clip+ls-seed-1</c>.</param>
    Task<TOutput> CallWorkflowAsync<TInput, TOutput>(WorkflowReference<TInput, TOutput> workflow, TInput input, string instance);

    /// <summary>Ends this workflow and begins it anew with another input and an empty history. Return what it returns.</summary>
    Task<TOutput> ContinueAsync<TInput, TOutput>(WorkflowReference<TInput, TOutput> self, TInput input);

    /// <summary>Waits for something that happens outside.</summary>
    /// <exception cref="TimeoutException">It did not happen in time.</exception>
    Task<T> WaitForEventAsync<T>(string name, TimeSpan timeout);

    /// <summary>Waits.</summary>
    Task DelayAsync(TimeSpan delay);

    /// <summary>Says how far the workflow is.</summary>
    void Report(WorkflowStatus status);
}

/// <summary>How far a workflow is, for a person.</summary>
/// <param name="Phase">What it does, for example <c>training</c>.</param>
public sealed record WorkflowStatus(string Phase, int Done, int Total);
