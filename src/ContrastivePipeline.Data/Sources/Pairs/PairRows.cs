namespace ContrastivePipeline.Data.Sources.Pairs;

/// <summary>Makes source rows of records.</summary>
/// <param name="spec">How to read them.</param>
/// <param name="columns">Where the fields are.</param>
internal sealed class PairRows(PairsSourceSpec spec, PairColumns columns)
{
    private readonly string _file = Path.GetFileName(spec.Path);
    private readonly ImagePlace _place = new(spec.ImageFolder, spec.ConfinedTo is not null);

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
            fault = FieldChecks.WrongCount(fields.Count, columns.Count);
            return null;
        }

        if (!FieldChecks.TryDecode(fields[columns.Image], spec.ImageColumn, out var image, out fault)) return null;
        (var path, fault) = ImagePath.Normalise(image, spec.ImageColumn, _place);
        if (fault is not null) return null;
        if (!FieldChecks.TryDecode(fields[columns.Caption], spec.CaptionColumn, out var caption, out fault)) return null;
        caption = TableText.Fold(caption);
        fault = FieldChecks.CheckCaption(caption, spec.CaptionColumn, spec.MaxCaptionLength);
        if (fault is not null) return null;

        string? split = null;
        if (columns.Split is { } index)
        {
            if (!FieldChecks.TryDecode(fields[index], spec.SplitColumn!, out split, out fault)) return null;
            split = split.Trim();
            fault = FieldChecks.CheckSplit(split, spec.SplitColumn!);
            if (fault is not null) return null;
        }

        return new SourcePair(path, Path.Combine(_place.Folder, path), spec.ImageColumn, caption, path, _file, split, [])
        {
            ConfinedTo = _place.IsConfined ? _place.Folder : null,
        };
    }
}
