namespace ContrastivePipeline.Workflow.Orchestration;

/// <summary>How far a workflow is, for a person.</summary>
/// <param name="Phase">What it does, for example <c>training</c>.</param>
public sealed record WorkflowStatus(string Phase, int Done, int Total);
