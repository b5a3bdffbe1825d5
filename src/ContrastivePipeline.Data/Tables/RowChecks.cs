using System.Globalization;

namespace ContrastivePipeline.Data.Tables;

/// <summary>A sound row of a caption table.</summary>
/// <param name="Index">Its index; null where the row names none.</param>
/// <param name="Split">Its split; null where the row names none.</param>
internal sealed record CaptionTableRow(long Row, string Content, string MediaId, string Caption, int? Index, string Source, string? Split);

/// <summary>Checks rows one by one.</summary>
/// <param name="name">The table, which is the source of captions that name none.</param>
/// <param name="maxCaptionLength">Longer captions, in UTF-16 characters, are faults.</param>
internal sealed class RowChecks(CaptionColumns columns, string name, int maxCaptionLength)
{
    private const int MaxSourceLength = 1_000;

    /// <summary>The sound row, or what is wrong with it.</summary>
    public CaptionTableRow? Check(TableRow row, out SourceFault? fault)
    {
        fault = row.Fault;
        if (fault is not null || row.Fields is not { } fields)
            return null;
        var media = CheckMedia(fields.Media ?? "", out fault);
        if (fault is not null)
            return null;
        var caption = TableText.Fold(fields.Caption ?? "");
        fault = FieldChecks.CheckCaption(caption, columns.NameOf(CaptionField.Caption), maxCaptionLength);
        if (fault is not null)
            return null;
        var index = CheckIndex(fields.CaptionIndex, out fault);
        if (fault is not null)
            return null;
        var source = CheckSource(fields.Source, out fault);
        if (fault is not null)
            return null;
        var split = string.IsNullOrWhiteSpace(fields.Split) ? null : fields.Split.Trim();
        fault = split is null ? null : FieldChecks.CheckSplit(split, columns.NameOf(CaptionField.Split));
        return fault is null ? new CaptionTableRow(row.Row, row.Content, media, caption, index, source, split) : null;
    }

    private string CheckMedia(string text, out SourceFault? fault)
    {
        var column = columns.NameOf(CaptionField.Media);
        if (columns.IsPath)
        {
            (var path, fault) = ImagePath.Normalise(text, column);
            return path;
        }

        var id = text.Trim();
        fault = id.Length == 0
            ? new SourceFault(column, "empty-media-id", "The row names no media item; write its id.")
            : FieldChecks.CheckControl(id, column, "id of the media item");
        return id;
    }

    private int? CheckIndex(string? text, out SourceFault? fault)
    {
        fault = null;
        if (string.IsNullOrWhiteSpace(text))
            return null;
        // A column of numbers with gaps comes out of many programs as '0.0'.
        var digits = text.Trim();
        if (digits.EndsWith(".0", StringComparison.Ordinal))
            digits = digits[..^2];

        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return index;
        fault = new SourceFault(columns.NameOf(CaptionField.CaptionIndex), "bad-caption-index",
            $"'{ShortText.Cut(text, 40)}' is no caption index; write 0 for a media item's first caption, 1 for the next, or nothing.");
        return null;
    }

    private string CheckSource(string? text, out SourceFault? fault)
    {
        fault = null;
        var source = TableText.Fold(text ?? "");
        if (source.Length == 0)
            return name;
        var column = columns.NameOf(CaptionField.Source);
        fault = source.Length > MaxSourceLength
            ? new SourceFault(column, "long-source",
                $"The source has {source.Length:N0} characters, more than {MaxSourceLength:N0}; shorten it.")
            : FieldChecks.CheckControl(source, column, "source");
        return source;
    }
}
