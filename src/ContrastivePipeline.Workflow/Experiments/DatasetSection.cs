using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>A dataset of an experiment.</summary>
public sealed record DatasetSection(string Name, SourceSection Source, ImageSection Image);

/// <summary>Where a dataset comes from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EmojiSection), "emoji")]
[JsonDerivedType(typeof(PairsSection), "pairs")]
[JsonDerivedType(typeof(StoredSection), "stored")]
public abstract record SourceSection;

/// <summary>The demo's emoji packages.</summary>
public sealed record EmojiSection : SourceSection;

/// <summary>A CSV or TSV of image paths and captions.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="ImageRoot">Folder that image paths are relative to, absolute.</param>
/// <param name="SplitColumn">Column of splits; null where the rows have none.</param>
/// <param name="TestFraction">Share of the images held out, by a hash of their names, where the rows have no splits.</param>
/// <param name="MaxCaptionLength">Longer captions, in UTF-16 characters, are quarantined.</param>
/// <param name="ConfinedTo">Folder of the server that the table and the images must lie in, absolute; null for anywhere.</param>
public sealed record PairsSection(
    [property: NotInFingerprint] string Path,
    string ImageColumn,
    string CaptionColumn,
    char Delimiter,
    [property: NotInFingerprint] string ImageRoot,
    string? SplitColumn,
    double TestFraction,
    int MaxCaptionLength = PairsSourceSpec.DefaultMaxCaptionLength,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo = null)
    : SourceSection;

/// <summary>A dataset version that the store has.</summary>
/// <param name="Version">The version; null for the one that is current when a run is started.</param>
public sealed record StoredSection(string? Version) : SourceSection;

/// <summary>How images are stored and fed to the model.</summary>
/// <param name="Size">Short side as stored, and side of the model's square input, pixels.</param>
/// <param name="Encoding"><c>png</c> or <c>jpeg</c>.</param>
public sealed record ImageSection(int Size, string Encoding);
