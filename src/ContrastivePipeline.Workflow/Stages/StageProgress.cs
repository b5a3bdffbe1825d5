namespace ContrastivePipeline.Workflow.Stages;

/// <summary>How far a stage is.</summary>
/// <param name="Total">Units in all; 0 where that is not known.</param>
/// <param name="Unit">What is counted, in the plural, for example <c>images</c> or <c>steps</c>.</param>
/// <param name="Message">What happens now, for a person; may be empty.</param>
public sealed record StageProgress(long Done, long Total, string Unit, string Message = "");
