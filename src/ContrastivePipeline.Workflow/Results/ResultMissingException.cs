namespace ContrastivePipeline.Workflow.Results;

/// <summary>A run has not made, or not yet made, what was asked for. The message says what it has.</summary>
public sealed class ResultMissingException : Exception
{
    internal ResultMissingException(string message)
        : base(message)
    {
    }
}
