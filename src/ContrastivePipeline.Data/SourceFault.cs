namespace ContrastivePipeline.Data;

/// <summary>What is wrong with a row.</summary>
/// <param name="Column">The column at fault; empty where the whole row is.</param>
/// <param name="Detail">What was wrong and what to do, for a person.</param>
public sealed record SourceFault(string Column, string Reason, string Detail);

/// <summary>A source as a whole cannot be read: a missing table, column or package.</summary>
public sealed class SourceException(string message, Exception? cause = null) : Exception(message, cause);
