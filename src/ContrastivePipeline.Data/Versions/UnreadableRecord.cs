namespace ContrastivePipeline.Data.Versions;

/// <summary>A manifest or another record that cannot be read, and so was left out.</summary>
/// <param name="Path">The blob.</param>
/// <param name="Problem">What is wrong with it, for a person.</param>
public sealed record UnreadableRecord(string Path, string Problem);
