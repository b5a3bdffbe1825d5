namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>An experiment asks for what its data does not have. Found before any training; the message says what to change in the file.</summary>
public sealed class ExperimentMisfitException(string message) : Exception(message), IPermanentFailure;
