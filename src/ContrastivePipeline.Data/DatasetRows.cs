namespace ContrastivePipeline.Data;

/// <summary>A media item as it is stored.</summary>
/// <param name="Bytes">As the dataset's <see cref="MediaFormat"/> has it; of an image PNG or JPEG, RGB.</param>
/// <param name="Width">Of an image, pixels; 0 for what has none.</param>
/// <param name="Height">Of an image, pixels; 0 for what has none.</param>
/// <param name="Sha256">SHA-256 of <paramref name="Bytes"/>, lower-case hexadecimal.</param>
public sealed record MediaRow(string Id, byte[] Bytes, int Width, int Height, string Sha256);

/// <summary>A caption of a media item, or a sentence of a dataset of texts.</summary>
/// <param name="MediaId">The media item; in a dataset of texts, which has none, an id of the sentence's own.</param>
/// <param name="CaptionIndex">0-based number of this caption among those of its media item.</param>
/// <param name="Concept">What the caption describes. Media of one concept share their captions and count as equally right in retrieval; the
/// media item's own id where the source knows no concepts.</param>
/// <param name="Source">Where the row came from: a file or package name.</param>
/// <param name="Split">Split of the media item, for example <c>train</c>.</param>
public sealed record CaptionRow(string MediaId, int CaptionIndex, string Caption, string Concept, string Source, string Split);

/// <summary>The class of a media item in one <see cref="LabelSet"/>.</summary>
/// <param name="Label">0-based index into its classes.</param>
public sealed record LabelRow(string MediaId, string LabelSet, int Label);

/// <summary>A sentence with one that it entails and one that it does not: the supervision of L_n.</summary>
/// <param name="Positive">A sentence that follows from it or says the same.</param>
/// <param name="Negative">A sentence that contradicts it, or describes something near but different.</param>
public sealed record TripleRow(string Anchor, string Positive, string Negative, string Source);

/// <summary>Two sentences, and how alike people found them.</summary>
/// <param name="Score">Higher for pairs that are more alike; its scale is the source's.</param>
/// <param name="Source">The subset of a task that has some, such as <c>MSRpar</c> of STS12; else the file that the row came from.</param>
public sealed record SentencePairRow(string First, string Second, double Score, string Source, string Split);

/// <summary>A source row that was quarantined, kept whole for a retry.</summary>
/// <param name="Row">1-based number of the line or entry in the file where the row begins; the header is row 1 where there is one.</param>
/// <param name="Column">The column at fault; empty where the whole row is.</param>
/// <param name="Reason">A short stable word, for example <c>empty-caption</c>.</param>
/// <param name="Detail">What was wrong and what to do, for a person.</param>
public sealed record QuarantineRow(string File, long Row, string Column, string Reason, string Detail, string Content);

/// <summary>What is wrong with a row.</summary>
/// <param name="Column">The column at fault; empty where the whole row is.</param>
/// <param name="Detail">What was wrong and what to do, for a person.</param>
public sealed record SourceFault(string Column, string Reason, string Detail);

/// <summary>A source as a whole cannot be read: a missing table, column or package.</summary>
public sealed class SourceException(string message, Exception? cause = null) : Exception(message, cause);
