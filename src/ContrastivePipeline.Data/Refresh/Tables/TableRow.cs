using ContrastivePipeline.Data.Sources;

namespace ContrastivePipeline.Data.Refresh.Tables;

/// <summary>A row of a caption table as its format gives it, or what is wrong with it.</summary>
/// <param name="Row">1-based number of the line or entry where it begins.</param>
/// <param name="Content">The row as it was read, cut where it is very long.</param>
/// <param name="Fields">Its fields; null where <paramref name="Fault"/> is not.</param>
/// <param name="Fault">What is wrong; null where the fields could be read.</param>
internal sealed record TableRow(long Row, string Content, CaptionFields? Fields, SourceFault? Fault)
{
    /// <summary>UTF-16 characters that are kept of a row as it was read.</summary>
    public const int MaxContent = 16_384;

    /// <summary>A row whose fields could be read, or not.</summary>
    public static TableRow Of(long row, string content, CaptionFields? fields, SourceFault? fault) =>
        new(row, ShortText.Head(content, MaxContent), fault is null ? fields : null, fault);
}

/// <summary>The texts of a row; null where the table has no such column or no value.</summary>
/// <param name="Media">The media item.</param>
/// <param name="Caption">The caption.</param>
/// <param name="CaptionIndex">Its index.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Split">Its split.</param>
internal sealed record CaptionFields(string? Media, string? Caption, string? CaptionIndex, string? Source, string? Split)
{
    /// <summary>Puts texts in their places.</summary>
    /// <param name="of">The text of a field.</param>
    public static CaptionFields From(Func<CaptionField, string?> of) => new(
        of(CaptionField.Media), of(CaptionField.Caption), of(CaptionField.CaptionIndex), of(CaptionField.Source), of(CaptionField.Split));
}

/// <summary>What a column of a caption table holds.</summary>
internal enum CaptionField
{
    Media,
    Caption,
    CaptionIndex,
    Source,
    Split,
}
