namespace ContrastivePipeline.Workflow.Events;

/// <summary>What all stages of a run share.</summary>
/// <param name="Generation">The cache generation of every stage; empty for the first.</param>
/// <param name="TrainingStages">Stages of this run at once that train or run a model; 0 for as many as the host does.</param>
public sealed record RunScope(string RunId, string Generation, int TrainingStages = 0);
