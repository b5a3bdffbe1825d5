namespace ContrastivePipeline.Data;

/// <summary>What is wrong with a row.</summary>
/// <param name="Column">The column at fault; empty where the whole row is.</param>
/// <param name="Reason">A short stable word.</param>
/// <param name="Detail">What was wrong and what to do, for a person.</param>
public sealed record SourceFault(string Column, string Reason, string Detail);

/// <summary>A source as a whole cannot be read: a missing table, column or package.</summary>
/// <param name="message">What was wrong, where, and what to do.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class SourceException(string message, Exception? cause = null) : Exception(message, cause);
