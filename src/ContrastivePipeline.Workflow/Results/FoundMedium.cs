namespace ContrastivePipeline.Workflow.Results;

/// <summary>A medium near a text.</summary>
/// <param name="MediaId">Its identifier.</param>
/// <param name="Score">Cosine.</param>
/// <param name="Split">Its split.</param>
/// <param name="Captions">Its captions.</param>
public sealed record FoundMedium(string MediaId, double Score, string Split, IReadOnlyList<string> Captions);
