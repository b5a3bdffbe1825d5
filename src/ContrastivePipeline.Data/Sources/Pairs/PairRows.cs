using System.Text.RegularExpressions;

namespace ContrastivePipeline.Data.Sources.Pairs;

/// <summary>Makes source rows of records.</summary>
/// <param name="spec">How to read them.</param>
/// <param name="columns">Where the fields are.</param>
internal sealed partial class PairRows(PairsSourceSpec spec, PairColumns columns)
{
    private readonly string _file = Path.GetFileName(spec.Path);
    private readonly string _root = spec.PictureFolder;

    /// <summary>The row, good or damaged.</summary>
    public SourceRow Read(DelimitedRecord record)
    {
        var fault = record.Fault;
        var pair = fault is null ? Read(record.Fields, out fault) : null;
        return new SourceRow(_file, record.Row, TableText.DecodeWithEscapes(record.Raw), fault is null ? pair : null, fault);
    }

    private SourcePair? Read(IReadOnlyList<byte[]> fields, out SourceFault? fault)
    {
        if (fields.Count != columns.Count)
        {
            fault = new SourceFault("", "wrong-column-count",
                $"The row has {fields.Count} columns instead of {columns.Count}; check its delimiters and quotes.");
            return null;
        }

        if (!TryDecode(fields[columns.Image], spec.ImageColumn, out var image, out fault)) return null;
        (var path, fault) = PicturePath.Normalise(image, spec.ImageColumn);
        if (fault is not null) return null;
        if (!TryDecode(fields[columns.Caption], spec.CaptionColumn, out var caption, out fault)) return null;
        caption = TableText.Fold(caption);
        fault = CheckCaption(caption);
        if (fault is not null) return null;

        string? split = null;
        if (columns.Split is { } index)
        {
            if (!TryDecode(fields[index], spec.SplitColumn!, out split, out fault)) return null;
            split = split.Trim();
            if (!SplitName().IsMatch(split))
            {
                fault = new SourceFault(spec.SplitColumn!, "bad-split",
                    $"'{split}' cannot name a split; use 1 to 32 lower-case letters, digits, '-' and '_'.");
                return null;
            }
        }

        return new SourcePair(path, Path.Combine(_root, path), spec.ImageColumn, caption, path, _file, split, []);
    }

    private SourceFault? CheckCaption(string caption)
    {
        if (caption.Length == 0) return new SourceFault(spec.CaptionColumn, "empty-caption", "The caption is empty; write one.");
        if (TableText.FindControl(caption) is { } control)
        {
            return new SourceFault(spec.CaptionColumn, "control-character",
                $"The caption contains the control character {control}; remove it.");
        }

        return caption.Length <= spec.MaxCaptionLength ? null : new SourceFault(spec.CaptionColumn, "long-caption",
            $"The caption has {caption.Length:N0} characters, more than {spec.MaxCaptionLength:N0}; shorten it.");
    }

    private static bool TryDecode(byte[] field, string column, out string text, out SourceFault? fault)
    {
        var decoded = TableText.TryDecode(field);
        text = decoded ?? "";
        fault = decoded is null
            ? new SourceFault(column, "invalid-utf8", $"The text of column '{column}' is not UTF-8; save the table as UTF-8.")
            : null;
        return decoded is not null;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,31}$")]
    private static partial Regex SplitName();
}
