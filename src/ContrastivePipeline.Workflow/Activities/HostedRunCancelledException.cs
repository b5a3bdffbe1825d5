namespace ContrastivePipeline.Workflow.Activities;

/// <summary>A workflow on a durable host stops because its run was cancelled; what its stages did is saved.</summary>
public sealed class HostedRunCancelledException() : Exception(RunEnd.Cancelled), IPermanentFailure;
