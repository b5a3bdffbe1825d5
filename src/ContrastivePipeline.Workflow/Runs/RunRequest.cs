namespace ContrastivePipeline.Workflow.Runs;

/// <summary>What to run.</summary>
/// <param name="Input">Its input; everything that the results depend on is in it.</param>
public sealed record RunRequest<TInput, TOutput>(
    string Experiment, WorkflowReference<TInput, TOutput> Workflow, TInput Input, bool Fresh)
{
    /// <summary>The run that must continue, or nothing is run; null to continue with what there is or begin a new one.</summary>
    public string? Resume { get; init; }

    /// <summary>The host that will work on it where that is no process that holds the experiment; else null.</summary>
    public string? Host { get; init; }

    /// <summary>Why the host resumes the run by itself; null on request.</summary>
    public string? Redriven { get; init; }

    /// <summary>Stages at once that train or run a model; 0 for as many as the host does.</summary>
    public int TrainingStages { get; init; }
}

/// <summary>A completed run.</summary>
public sealed record RunOutcome<TOutput>(RunRecord Run, TOutput Output);

/// <summary>What to start.</summary>
/// <param name="Experiment">Name of an experiment that comes with the program; null for <paramref name="Yaml"/>.</param>
/// <param name="Yaml">Text of an experiment file; null for <paramref name="Experiment"/>.</param>
/// <param name="Dataset"><c>NAME</c> or <c>NAME@VERSION</c> of a stored dataset; null for the experiment's source.</param>
/// <param name="IdempotencyKey">1 to 200 printable ASCII characters: a request repeated with the same key gives the same run.</param>
public sealed record RunStart(
    string? Experiment, string? Yaml, string? Dataset = null, bool Fresh = false, string? IdempotencyKey = null);

/// <summary>A run that was started.</summary>
/// <param name="Resumed">Whether it resumes where an earlier process left it.</param>
/// <param name="Repeated">Whether an earlier request with the same idempotency key started it, and this one did nothing.</param>
public sealed record RunTicket(string RunId, string Experiment, bool Resumed, bool Repeated);
