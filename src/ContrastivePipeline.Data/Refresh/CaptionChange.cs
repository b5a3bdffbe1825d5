namespace ContrastivePipeline.Data.Refresh;

/// <summary>What happened to a caption.</summary>
public enum CaptionChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It took the place of another.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Removed,
}

/// <summary>A difference between two versions.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="MediaId">The media item.</param>
/// <param name="Split">Its split.</param>
/// <param name="CaptionIndex">Index of the caption after the change; before it where it was removed.</param>
/// <param name="Before">The caption that was there; null where it was added.</param>
/// <param name="After">The caption that is there; null where it was removed.</param>
public sealed record CaptionChange(CaptionChangeKind Kind, string MediaId, string Split, int CaptionIndex, string? Before, string? After);
