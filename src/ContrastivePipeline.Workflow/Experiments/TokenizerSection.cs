using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>How captions become tokens.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TrainedTokenizerSection), "trained")]
[JsonDerivedType(typeof(ClipTokenizerSection), "clip")]
public abstract record TokenizerSection;

/// <summary>Byte pairs trained on the dataset's training captions.</summary>
/// <param name="Vocabulary">Number of tokens, the special ones included; fewer where the captions have fewer pairs.</param>
public sealed record TrainedTokenizerSection(int Vocabulary) : TokenizerSection;

/// <summary>CLIP's byte pairs from its published vocabulary file.</summary>
/// <param name="Path">The file, absolute; null for a URL.</param>
/// <param name="Url">Where to fetch it; null for a path.</param>
/// <param name="Sha256">What it must hash to; null only for a path.</param>
public sealed record ClipTokenizerSection([property: NotInFingerprint] string? Path, Uri? Url, string? Sha256) : TokenizerSection;
