using ContrastivePipeline.Workflow.Orchestration;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>What to run.</summary>
/// <param name="Experiment">Name of the experiment.</param>
/// <param name="Workflow">The workflow.</param>
/// <param name="Input">Its input; everything that the results depend on is in it.</param>
/// <param name="Fresh">Do everything anew instead of using what is there.</param>
public sealed record RunRequest<TInput, TOutput>(
    string Experiment, WorkflowReference<TInput, TOutput> Workflow, TInput Input, bool Fresh)
{
    /// <summary>The run that must continue, or nothing is run; null to continue with what there is or begin a new one.</summary>
    public string? Resume { get; init; }

    /// <summary>The host that will work on it where that is no process that holds the experiment; else null.</summary>
    public string? Host { get; init; }

    /// <summary>Why the host resumes the run by itself; null where somebody asked for it.</summary>
    public string? Redriven { get; init; }

    /// <summary>Stages at once that train or run a model; 0 for as many as the host does.</summary>
    public int TrainingStages { get; init; }
}

/// <summary>A completed run.</summary>
/// <param name="Run">Its record.</param>
/// <param name="Output">The workflow's output.</param>
public sealed record RunOutcome<TOutput>(RunRecord Run, TOutput Output);
