namespace ContrastivePipeline.Cli;

/// <summary>The user asked for something that does not exist or makes no sense. The message says what to do.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
