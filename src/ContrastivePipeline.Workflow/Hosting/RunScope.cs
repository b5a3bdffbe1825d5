namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>What all stages of a run share.</summary>
/// <param name="RunId">Id of the run.</param>
/// <param name="Generation">The cache generation of every stage; empty for the first.</param>
public sealed record RunScope(string RunId, string Generation);
