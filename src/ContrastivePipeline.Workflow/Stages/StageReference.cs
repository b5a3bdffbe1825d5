namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Names a stage without knowing its code, so that a workflow can call it on any host.</summary>
/// <param name="Name">Name of the stage, for example <c>prepare-dataset</c>.</param>
public sealed record StageReference<TInput, TOutput>(string Name);
