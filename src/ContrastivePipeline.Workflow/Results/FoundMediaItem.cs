namespace ContrastivePipeline.Workflow.Results;

/// <summary>A media item near a text.</summary>
/// <param name="Score">Cosine.</param>
public sealed record FoundMediaItem(string MediaId, double Score, string Split, IReadOnlyList<string> Captions);

/// <summary>A caption near a media item.</summary>
/// <param name="Score">Cosine.</param>
/// <param name="Split">The split that it is in; the first where it is in several.</param>
/// <param name="MediaIds">The media of that split that it is a caption of.</param>
public sealed record FoundCaption(string Caption, double Score, string Split, IReadOnlyList<string> MediaIds);
